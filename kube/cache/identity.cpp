#include "kube/cache/identity.hpp"

#include "base/json.hpp"

namespace kube {

std::optional<Identity> identity_of(const boost::json::value& object) {
  const std::string_view name = base::text(object, "metadata", "name");
  const std::string_view uid = base::text(object, "metadata", "uid");
  if (name.empty() || uid.empty()) return std::nullopt;
  const std::string_view space = base::text(object, "metadata", "namespace");
  Identity identity;
  if (!space.empty()) identity.key.append(space).append("/");
  identity.key.append(name);
  identity.uid = uid;
  identity.version = base::text(object, "metadata", "resourceVersion");
  return identity;
}

void strip_managed_fields(boost::json::value& object) {
  boost::json::object* root = object.if_object();
  boost::json::value* metadata = root ? root->if_contains("metadata") : nullptr;
  if (metadata && metadata->is_object()) metadata->get_object().erase("managedFields");
}

}  // namespace kube
