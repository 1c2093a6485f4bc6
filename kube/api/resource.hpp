#pragma once

#include <string>
#include <string_view>

namespace kube {

// A kind as the REST API addresses it. `group` is empty for the core group.
struct Resource {
  std::string group;
  std::string version;
  std::string plural;  // lower case

  bool operator==(const Resource&) const = default;
};

// "volumesnapshotcontents.snapshot.storage.k8s.io", as error texts and kubectl name a kind.
std::string to_string(const Resource& resource);

// One object, or one of its subresources. It has a constructor so that a temporary is safe next to
// co_await (spec/kube-client.md, 13).
class ObjectPath {
 public:
  ObjectPath(Resource resource, std::string space, std::string name, std::string subresource = {})
      : resource(std::move(resource)),
        space(std::move(space)),
        name(std::move(name)),
        subresource(std::move(subresource)) {}

  Resource resource;
  std::string space;  // the namespace; empty for a cluster-scoped kind
  std::string name;
  std::string subresource;  // "status", or empty
};

// "volumesnapshotcontents/a", "secrets/default/b", "volumesnapshotcontents/a/status".
std::string to_string(const ObjectPath& path);

}  // namespace kube
