#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "base/error.hpp"
#include "kube/api/collections.hpp"
#include "kube/api/patch.hpp"
#include "kube/api/resource.hpp"

namespace simulation {

// Who writes: the number of a replica, or everybody else (people, the snapshot-controller).
inline constexpr int others = -1;

// What the API server stores and how it judges a write: versions, uids, finalizers, the status
// subresource, patches. Requests take no time here; delays and faults are the ports' business.
class ApiServer {
 public:
  using Object = std::shared_ptr<const boost::json::value>;
  using Version = std::uint64_t;
  using Reply = base::Result<boost::json::value>;

  struct Change {
    Version version;
    kube::EventType type;  // added, modified, deleted
    std::string key;       // "<namespace>/<name>", or "<name>"
    Object object;         // its last state, if deleted
  };
  struct Write {
    int writer;
    std::string plural, key, subresource;
    Object before;  // null: created
    Object after;
    bool removed;  // `after` is what was written last; it is not stored any more
  };

  // Called after each write that changed something.
  std::function<void(const Write& write)> on_write = [](const Write&) {};
  // Called after that, for those who watch.
  std::function<void(const std::string& plural)> on_change = [](const std::string&) {};

  Reply get(const kube::ObjectPath& path) const;
  Reply create(const kube::ObjectPath& path, boost::json::value object, int writer);
  Reply patch(const kube::ObjectPath& path, const kube::Patch& patch, int writer);
  Reply replace(const kube::ObjectPath& path, boost::json::value object, int writer);
  base::Result<void> remove(const kube::ObjectPath& path, const std::string& uid, int writer);

  Object find(const std::string& plural, const std::string& key) const;
  std::vector<Object> objects(const std::string& plural, Version as_of) const;
  Version version() const { return version_; }

  // All that ever happened, oldest first; also what clients can no longer ask for.
  const std::vector<Change>& log(const std::string& plural) const;
  // Up to and including this version nobody can watch from, nor go on with a list.
  Version compacted(const std::string& plural) const;
  void compact(const std::string& plural);

 private:
  struct Collection {
    std::map<std::string, Object> objects;
    std::vector<Change> log;
    Version compacted = 0;
  };

  Reply save(const kube::ObjectPath& path, const Object& present, boost::json::value next,
             int writer);
  void record(const kube::ObjectPath& path, kube::EventType type, Object before, Object after,
              int writer);

  std::map<std::string, Collection> collections_;
  Version version_ = 100;
  int uids_ = 0;
};

// "<namespace>/<name>" of a namespaced object, else "<name>".
std::string key_of(const kube::ObjectPath& path);

}  // namespace simulation
