#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

using Revision = std::int64_t;  // what resourceVersion counts: one for every write to the store
using SteadyTime = std::chrono::steady_clock::time_point;

// One version of one object. Immutable, so that lists, watches and histories share it; the text is
// kept beside the tree because every reader sends it.
struct Version {
  Version(Revision revision_of_it, Json object_of_it);
  Revision revision;
  Json object;
  std::string text;
};
using VersionPtr = std::shared_ptr<const Version>;

struct Key {
  std::string ns;  // empty: cluster-scoped
  std::string name;
  auto operator<=>(const Key&) const = default;
};

// What a write did. `before` is null for a creation; after a deletion `after` is the last state,
// carrying the revision of the deletion.
struct Change {
  Revision revision = 0;
  Key key;
  VersionPtr before;
  VersionPtr after;
  bool removed = false;
  SteadyTime at;
};

// The objects of one resource, in the order of their keys, and what happened to them of late.
class Collection {
 public:
  VersionPtr find(const Key& key) const;
  const std::map<Key, VersionPtr>& objects() const { return objects_; }

  // Changes later than `revision`, oldest first, starting with the returned index; only asked for
  // when the revision is not compacted.
  const std::deque<Change>& history() const { return history_; }
  std::size_t first_after(Revision revision) const;
  // Up to and including this one, changes are forgotten: who stands before it must list again.
  Revision compacted() const { return compacted_; }

 private:
  friend class Store;
  std::map<Key, VersionPtr> objects_;
  std::deque<Change> history_;
  Revision compacted_ = 0;
};

// All objects of a cluster. Knows versions and history, and nothing of what objects mean.
class Store {
 public:
  using ResourceName = std::string;  // "volumesnapshots.snapshot.storage.k8s.io"
  using Listener = std::function<void()>;
  using ListenerId = std::list<Listener>::iterator;

  // `window`: how many changes per collection are remembered.
  explicit Store(std::size_t window = 10000) : window_(window) {}
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Exists from the first mention on.
  const Collection& collection(const ResourceName& resource) { return collections_[resource]; }
  std::vector<ResourceName> resources() const;
  Revision revision() const { return revision_; }

  // Puts the object there, with metadata.resourceVersion set to the next revision.
  VersionPtr put(const ResourceName& resource, const Key& key, Json object);
  // Returns the last state, at the revision of the deletion; null when there was nothing.
  VersionPtr remove(const ResourceName& resource, const Key& key);

  // Forgets the history of one resource, or of all with an empty name.
  void compact(const ResourceName& resource = {});

  // Called after every change of anything. Listeners must not write.
  ListenerId listen(Listener listener) {
    return listeners_.insert(listeners_.end(), std::move(listener));
  }
  void stop_listening(ListenerId id) { listeners_.erase(id); }
  void wake_listeners() const;

 private:
  void record(Collection& collection, Change change);

  std::size_t window_;
  Revision revision_ = 1;  // as etcd's: a list of nothing has version 1, and 0 stays special
  std::map<ResourceName, Collection> collections_;
  std::list<Listener> listeners_;
};

}  // namespace devcluster::apiserver
