#include "devcluster/apiserver/store.hpp"

#include <algorithm>
#include <utility>

namespace devcluster::apiserver {

Version::Version(Revision revision_of_it, Json object_of_it)
    : revision(revision_of_it), object(std::move(object_of_it)) {
  object["metadata"]["resourceVersion"] = std::to_string(revision);
  text = object.dump();
}

VersionPtr Collection::find(const Key& key) const {
  const auto found = objects_.find(key);
  return found == objects_.end() ? nullptr : found->second;
}

std::size_t Collection::first_after(Revision revision) const {
  const auto older = [revision](const Change& change) { return change.revision <= revision; };
  const auto first = std::partition_point(history_.begin(), history_.end(), older);
  return static_cast<std::size_t>(first - history_.begin());
}

std::vector<Store::ResourceName> Store::resources() const {
  std::vector<ResourceName> names;
  for (const auto& [name, collection] : collections_) names.push_back(name);
  return names;
}

VersionPtr Store::put(const ResourceName& resource, const Key& key, Json object) {
  Collection& collection = collections_[resource];
  VersionPtr& slot = collection.objects_[key];
  Change change;
  change.revision = ++revision_;
  change.key = key;
  change.before = slot;
  change.after = std::make_shared<Version>(revision_, std::move(object));
  slot = change.after;
  record(collection, change);
  return change.after;
}

VersionPtr Store::remove(const ResourceName& resource, const Key& key) {
  Collection& collection = collections_[resource];
  const auto found = collection.objects_.find(key);
  if (found == collection.objects_.end()) return nullptr;
  Change change;
  change.revision = ++revision_;
  change.key = key;
  change.before = found->second;
  change.after = std::make_shared<Version>(revision_, found->second->object);
  change.removed = true;
  collection.objects_.erase(found);
  record(collection, change);
  return change.after;
}

void Store::record(Collection& collection, Change change) {
  change.at = std::chrono::steady_clock::now();
  collection.history_.push_back(std::move(change));
  if (collection.history_.size() > window_) {
    collection.compacted_ = collection.history_.front().revision;
    collection.history_.pop_front();
  }
  wake_listeners();
}

void Store::compact(const ResourceName& resource) {
  for (auto& [name, collection] : collections_) {
    if (!resource.empty() && name != resource) continue;
    collection.history_.clear();
    collection.compacted_ = revision_;
  }
  wake_listeners();
}

void Store::wake_listeners() const {
  for (const Listener& listener : listeners_) listener();
}

}  // namespace devcluster::apiserver
