#include "kube/discovery/resource_list.hpp"

#include <algorithm>

#include "base/json.hpp"

namespace kube {
namespace {

namespace json = boost::json;

bool names(const json::array& resources, const std::string& plural) {
  return std::any_of(resources.begin(), resources.end(), [&](const json::value& resource) {
    return base::text(resource, "name") == plural;
  });
}

}  // namespace

std::string discovery_path(const ResourceSet& wanted) {
  if (wanted.group.empty()) return "/api/" + wanted.version;
  return "/apis/" + wanted.group + "/" + wanted.version;
}

base::Result<Served> names_all(const json::value& list, const ResourceSet& wanted) {
  if (base::text(list, "kind") != "APIResourceList")
    return base::Error(base::ErrorKind::malformed,
                       "what " + discovery_path(wanted) + " answers is no APIResourceList");
  const json::value* found = base::member(list, "resources");
  // A Go server writes a list of nothing as null.
  static const json::array none;
  const json::array& resources = found && found->is_array() ? found->get_array() : none;
  const bool all = std::all_of(wanted.plurals.begin(), wanted.plurals.end(),
                               [&](const std::string& plural) { return names(resources, plural); });
  return all ? Served::yes : Served::no;
}

}  // namespace kube
