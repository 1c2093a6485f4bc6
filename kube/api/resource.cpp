#include "kube/api/resource.hpp"

namespace kube {

std::string to_string(const Resource& resource) {
  return resource.group.empty() ? resource.plural : resource.plural + "." + resource.group;
}

std::string to_string(const ObjectPath& path) {
  std::string text = path.resource.plural;
  for (const std::string* part : {&path.space, &path.name, &path.subresource})
    if (!part->empty()) text += "/" + *part;
  return text;
}

}  // namespace kube
