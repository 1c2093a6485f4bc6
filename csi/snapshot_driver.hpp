#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "base/error.hpp"
#include "csi/secrets.hpp"

namespace csi {

// A snapshot as the driver reports it, already checked: the id is not empty, the size not negative.
class Snapshot {
 public:
  Snapshot() = default;

  std::string snapshot_id;
  std::string source_volume_id;
  std::int64_t size_bytes = 0;                   // 0: the driver does not know
  std::optional<std::int64_t> creation_time_ns;  // since the epoch; absent: the driver did not say
  bool ready_to_use = false;
  std::string group_snapshot_id;  // empty: not a member of a group

  bool operator==(const Snapshot&) const = default;
};

class CreateSnapshotCall {
 public:
  CreateSnapshotCall() = default;

  std::string source_volume_id;
  std::string name;  // the same name always means the same snapshot (CSI, CreateSnapshot)
  std::map<std::string, std::string> parameters;
  Secrets secrets;
};

// What the driver can do, from ControllerGetCapabilities.
struct ControllerCapabilities {
  bool create_delete_snapshot = false;
  bool list_snapshots = false;
  bool get_snapshot = false;
};

// Port: all that the snapshot logic may ask of a CSI driver. Each call has the deadline its
// implementation was made with. Error kinds are the gRPC codes; the text has the shape that
// upstream shows: `rpc error: code = DeadlineExceeded desc = ...`. ErrorKind::malformed: the driver
// answered, but the answer cannot be believed; its text says why.
class SnapshotDriver {
 public:
  virtual ~SnapshotDriver() = default;

  virtual boost::asio::awaitable<base::Result<Snapshot>> create_snapshot(
      CreateSnapshotCall call) = 0;

  // A snapshot that the driver does not know counts as deleted (CSI, DeleteSnapshot).
  virtual boost::asio::awaitable<base::Result<void>> delete_snapshot(std::string snapshot_id,
                                                                     Secrets secrets) = 0;

  // Looks one snapshot up by its id: GetSnapshot where the driver has it, else ListSnapshots.
  // ErrorKind::not_found: the driver knows no such snapshot. ErrorKind::unimplemented: it offers
  // neither.
  virtual boost::asio::awaitable<base::Result<Snapshot>> find_snapshot(std::string snapshot_id,
                                                                       Secrets secrets) = 0;
};

}  // namespace csi
