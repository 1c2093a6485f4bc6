#include "devcluster/driver/store.hpp"

#include <chrono>

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <nlohmann/json.hpp>

namespace devcluster::driver {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::Result;
using Json = nlohmann::json;

// Never used twice, so that an old id cannot hit a new thing.
std::string new_id(const char* prefix) {
  return prefix + boost::uuids::to_string(boost::uuids::random_generator()());
}

std::int64_t to_ns(base::WallTime time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

base::WallTime from_ns(std::int64_t ns) {
  return base::WallTime(
      std::chrono::duration_cast<base::WallTime::duration>(std::chrono::nanoseconds(ns)));
}

std::string record_of(const Volume& volume) {
  return Json{{"name", volume.name},
              {"capacityBytes", volume.capacity_bytes},
              {"fromSnapshot", volume.from_snapshot}}
      .dump(2);
}

std::string record_of(const Snapshot& snapshot) {
  return Json{{"name", snapshot.name},
              {"sourceVolumeId", snapshot.source_volume_id},
              {"sizeBytes", snapshot.size_bytes},
              {"createdNs", to_ns(snapshot.created)}}
      .dump(2);
}

std::string record_of(const Group& group) {
  Json members = Json::array();
  for (const Snapshot& member : group.members)
    members.push_back(Json{{"id", member.id},
                           {"sourceVolumeId", member.source_volume_id},
                           {"sizeBytes", member.size_bytes}});
  return Json{{"name", group.name}, {"createdNs", to_ns(group.created)}, {"members", members}}.dump(
      2);
}

Volume volume_from(const std::string& id, const Json& record) {
  Volume volume;
  volume.id = id;
  volume.name = record.at("name");
  volume.capacity_bytes = record.at("capacityBytes");
  volume.from_snapshot = record.at("fromSnapshot");
  return volume;
}

Snapshot snapshot_from(const std::string& id, const Json& record) {
  Snapshot snapshot;
  snapshot.id = id;
  snapshot.name = record.at("name");
  snapshot.source_volume_id = record.at("sourceVolumeId");
  snapshot.size_bytes = record.at("sizeBytes");
  snapshot.created = from_ns(record.at("createdNs"));
  return snapshot;
}

Group group_from(const std::string& id, const Json& record) {
  Group group;
  group.id = id;
  group.name = record.at("name");
  group.created = from_ns(record.at("createdNs"));
  for (const Json& entry : record.at("members")) {
    Snapshot& member = group.members.emplace_back();
    member.id = entry.at("id");
    member.source_volume_id = entry.at("sourceVolumeId");
    member.size_bytes = entry.at("sizeBytes");
    member.created = group.created;
    member.group_id = id;
  }
  return group;
}

// Reads the records of a shelf into a map by id and one by name.
template <class Item>
Result<void> load_items(Shelf& shelf, Item (*read)(const std::string&, const Json&),
                        std::map<std::string, Item>& by_id,
                        std::map<std::string, std::string>& ids) {
  const Result<Shelf::Records> records = shelf.open();
  if (!records) return records.error();
  for (const auto& [id, record] : *records) try {
      const Item& item = by_id[id] = read(id, Json::parse(record));
      ids[item.name] = id;
    } catch (const Json::exception& wrong) {
      return Error(ErrorKind::malformed, "the record " + shelf.data_of(id).string() +
                                             ".json cannot be read: " + wrong.what());
    }
  return {};
}

template <class Item>
const Item* find(const std::map<std::string, Item>& items, const std::string& key) {
  const auto found = items.find(key);
  return found == items.end() ? nullptr : &found->second;
}

Result<void> make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directory(folder, error);
  if (error) return errno_error("make " + folder.string(), error.value());
  return {};
}

}  // namespace

Store::Store(const fs::path& folder, Durability durability)
    : folder_(folder),
      durability_(durability),
      volume_shelf_(folder / "volumes", durability),
      snapshot_shelf_(folder / "snapshots", durability),
      group_shelf_(folder / "groups", durability) {}

Result<std::unique_ptr<Store>> Store::open(const fs::path& folder, Durability durability) {
  std::unique_ptr<Store> store(new Store(folder, durability));
  const Result<void> loaded = store->load();
  if (!loaded) return loaded.error();
  return store;
}

Result<void> Store::load() {
  Result<void> loaded = load_items(volume_shelf_, volume_from, volumes_, volume_ids_);
  if (loaded) loaded = load_items(snapshot_shelf_, snapshot_from, snapshots_, snapshot_ids_);
  if (loaded) loaded = load_items(group_shelf_, group_from, groups_, group_ids_);
  for (const auto& [id, group] : groups_)
    for (const Snapshot& member : group.members) snapshots_[member.id] = member;
  return loaded;
}

const Volume* Store::volume(const std::string& id) const {
  return find(volumes_, id);
}
const Snapshot* Store::snapshot(const std::string& id) const {
  return find(snapshots_, id);
}

const Group* Store::group(const std::string& id) const {
  return find(groups_, id);
}

fs::path Store::snapshot_folder(const std::string& id) const {
  const Snapshot* known = snapshot(id);
  const bool member = known && !known->group_id.empty();
  return member ? group_shelf_.data_of(known->group_id) / id : snapshot_shelf_.data_of(id);
}

const Volume* Store::volume_named(const std::string& name) const {
  const std::string* id = find(volume_ids_, name);
  return id ? volume(*id) : nullptr;
}

const Snapshot* Store::snapshot_named(const std::string& name) const {
  const std::string* id = find(snapshot_ids_, name);
  return id ? snapshot(*id) : nullptr;
}

const Group* Store::group_named(const std::string& name) const {
  const std::string* id = find(group_ids_, name);
  return id ? group(*id) : nullptr;
}

Result<const Volume*> Store::create_volume(const std::string& name, std::int64_t capacity_bytes,
                                           const std::string& from_snapshot) {
  Volume made;
  made.id = new_id("vol-");
  made.name = name;
  made.capacity_bytes = capacity_bytes;
  made.from_snapshot = from_snapshot;
  const Result<void> added =
      volume_shelf_.add(made.id, record_of(made), [&](const fs::path& folder) {
        return from_snapshot.empty()
                   ? make_folder(folder)
                   : copy_tree(snapshot_folder(from_snapshot), folder, durability_);
      });
  if (!added) return added.error().while_doing("create volume \"" + name + "\"");
  volume_ids_[name] = made.id;
  return &volumes_.emplace(made.id, made).first->second;
}

Result<const Snapshot*> Store::create_snapshot(const std::string& name,
                                               const std::string& volume_id, base::WallTime now) {
  const Volume* source = volume(volume_id);
  if (!source) return Error(ErrorKind::not_found, "there is no volume \"" + volume_id + "\"");
  Snapshot made;
  made.id = new_id("snap-");
  made.name = name;
  made.source_volume_id = volume_id;
  made.size_bytes = source->capacity_bytes;
  made.created = now;
  const Result<void> added =
      snapshot_shelf_.add(made.id, record_of(made), [&](const fs::path& folder) {
        return copy_tree(volume_folder(volume_id), folder, durability_);
      });
  if (!added) return added.error().while_doing("create snapshot \"" + name + "\"");
  snapshot_ids_[name] = made.id;
  return &snapshots_.emplace(made.id, made).first->second;
}

Result<const Group*> Store::create_group(const std::string& name,
                                         const std::vector<std::string>& volume_ids,
                                         base::WallTime now) {
  Group made;
  made.id = new_id("group-");
  made.name = name;
  made.created = now;
  for (const std::string& volume_id : volume_ids) {
    const Volume* source = volume(volume_id);
    if (!source) return Error(ErrorKind::not_found, "there is no volume \"" + volume_id + "\"");
    Snapshot& member = made.members.emplace_back();
    member.id = new_id("snap-");
    member.source_volume_id = volume_id;
    member.size_bytes = source->capacity_bytes;
    member.created = now;
    member.group_id = made.id;
  }
  const Result<void> added =
      group_shelf_.add(made.id, record_of(made), [&](const fs::path& folder) {
        Result<void> copied = make_folder(folder);
        for (const Snapshot& member : made.members)
          if (copied)
            copied =
                copy_tree(volume_folder(member.source_volume_id), folder / member.id, durability_);
        return copied ? sync_folder(folder, durability_) : copied;
      });
  if (!added) return added.error().while_doing("create group snapshot \"" + name + "\"");
  group_ids_[name] = made.id;
  for (const Snapshot& member : made.members) snapshots_[member.id] = member;
  return &groups_.emplace(made.id, made).first->second;
}

Result<void> Store::remove_volume(const std::string& id) {
  const auto found = volumes_.find(id);
  if (found == volumes_.end()) return {};
  if (const Result<void> removed = volume_shelf_.remove(id); !removed) return removed;
  volume_ids_.erase(found->second.name);
  volumes_.erase(found);
  return {};
}

Result<void> Store::remove_snapshot(const std::string& id) {
  const auto found = snapshots_.find(id);
  if (found == snapshots_.end()) return {};
  if (!found->second.group_id.empty())
    return Error(ErrorKind::invalid, "snapshot \"" + id + "\" belongs to the group snapshot \"" +
                                         found->second.group_id + "\": delete that");
  if (const Result<void> removed = snapshot_shelf_.remove(id); !removed) return removed;
  snapshot_ids_.erase(found->second.name);
  snapshots_.erase(found);
  return {};
}

Result<void> Store::remove_group(const std::string& id) {
  const auto found = groups_.find(id);
  if (found == groups_.end()) return {};
  if (const Result<void> removed = group_shelf_.remove(id); !removed) return removed;
  for (const Snapshot& member : found->second.members) snapshots_.erase(member.id);
  group_ids_.erase(found->second.name);
  groups_.erase(found);
  return {};
}

}  // namespace devcluster::driver
