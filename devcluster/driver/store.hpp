#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "devcluster/driver/shelf.hpp"

namespace devcluster::driver {

struct Volume {
  std::string id;
  std::string name;  // given by the caller of CreateVolume
  std::int64_t capacity_bytes = 0;
  std::string from_snapshot;  // id of the snapshot that it was made from; empty: it began empty
};

struct Snapshot {
  std::string id;
  std::string name;  // given by the caller of CreateSnapshot; a member of a group has none
  std::string source_volume_id;
  std::int64_t size_bytes = 0;  // what a volume made from it needs: its source's capacity
  base::WallTime created;
  std::string group_id;  // the group that it came with and will go with; empty: none
};

struct Group {
  std::string id;
  std::string name;  // given by the caller of CreateVolumeGroupSnapshot
  base::WallTime created;
  std::vector<Snapshot> members;  // in the order of the volumes that the caller named
};

// Volumes and snapshots as files: `<folder>/volumes/<id>/` is the volume itself, to be written into
// by whoever uses it, `<folder>/snapshots/<id>/` a full copy. The copies of a group are in one
// item,
// `<folder>/groups/<id>/<snapshot id>/`, so that all of them are there or none. A snapshot depends
// on nothing, so that its volume may go first. Used by one thread; one process at a time has the
// folder.
class Store {
 public:
  static base::Result<std::unique_ptr<Store>> open(const std::filesystem::path& folder,
                                                   Durability durability);

  const std::map<std::string, Volume>& volumes() const { return volumes_; }
  const std::map<std::string, Snapshot>& snapshots() const { return snapshots_; }  // and members
  const std::map<std::string, Group>& groups() const { return groups_; }

  // Null where there is none.
  const Volume* volume(const std::string& id) const;
  const Volume* volume_named(const std::string& name) const;
  const Snapshot* snapshot(const std::string& id) const;
  const Snapshot* snapshot_named(const std::string& name) const;
  const Group* group(const std::string& id) const;
  const Group* group_named(const std::string& name) const;

  // Names must be new. The result is in the store, and stays there until it is removed.
  base::Result<const Volume*> create_volume(const std::string& name, std::int64_t capacity_bytes,
                                            const std::string& from_snapshot = {});
  base::Result<const Snapshot*> create_snapshot(const std::string& name,
                                                const std::string& volume_id, base::WallTime now);
  // One snapshot of each volume, with nothing else done in between.
  base::Result<const Group*> create_group(const std::string& name,
                                          const std::vector<std::string>& volume_ids,
                                          base::WallTime now);
  // What is not there counts as removed. A member of a group goes with its group only.
  base::Result<void> remove_volume(const std::string& id);
  base::Result<void> remove_snapshot(const std::string& id);
  base::Result<void> remove_group(const std::string& id);

  std::filesystem::path volume_folder(const std::string& id) const {
    return volume_shelf_.data_of(id);
  }
  std::filesystem::path snapshot_folder(const std::string& id) const;
  const std::filesystem::path& folder() const { return folder_; }

 private:
  Store(const std::filesystem::path& folder, Durability durability);
  base::Result<void> load();

  std::filesystem::path folder_;
  Durability durability_;
  Shelf volume_shelf_;
  Shelf snapshot_shelf_;
  Shelf group_shelf_;
  std::map<std::string, Volume> volumes_;            // by id
  std::map<std::string, Snapshot> snapshots_;        // by id
  std::map<std::string, Group> groups_;              // by id
  std::map<std::string, std::string> volume_ids_;    // by name
  std::map<std::string, std::string> snapshot_ids_;  // by name
  std::map<std::string, std::string> group_ids_;     // by name
};

}  // namespace devcluster::driver
