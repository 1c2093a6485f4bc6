#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "base/error.hpp"
#include "csi/secrets.hpp"
#include "csi/snapshot_driver.hpp"

namespace csi {

// A group snapshot as the driver reports it, already checked: ids not empty, sizes not negative, no
// snapshot named twice.
class GroupSnapshot {
 public:
  GroupSnapshot() = default;

  std::string group_snapshot_id;
  std::optional<std::int64_t> creation_time_ns;  // since the epoch; absent: the driver did not say
  bool ready_to_use = false;
  std::vector<Snapshot> members;  // in the driver's order

  bool operator==(const GroupSnapshot&) const = default;
};

class CreateGroupSnapshotCall {
 public:
  CreateGroupSnapshotCall() = default;

  std::vector<std::string> source_volume_ids;
  std::string name;  // the same name always means the same group (CSI, CreateVolumeGroupSnapshot)
  std::map<std::string, std::string> parameters;
  Secrets secrets;
};

// Port: all that the snapshot logic may ask of a CSI driver about groups. Errors as those of
// SnapshotDriver.
class GroupSnapshotDriver {
 public:
  virtual ~GroupSnapshotDriver() = default;

  virtual boost::asio::awaitable<base::Result<GroupSnapshot>> create_group_snapshot(
      CreateGroupSnapshotCall call) = 0;

  // A group that the driver does not know counts as deleted. `snapshot_ids`: its members.
  virtual boost::asio::awaitable<base::Result<void>> delete_group_snapshot(
      std::string group_snapshot_id, std::vector<std::string> snapshot_ids, Secrets secrets) = 0;

  // ErrorKind::not_found: the driver knows no such group.
  virtual boost::asio::awaitable<base::Result<GroupSnapshot>> find_group_snapshot(
      std::string group_snapshot_id, std::vector<std::string> snapshot_ids, Secrets secrets) = 0;
};

}  // namespace csi
