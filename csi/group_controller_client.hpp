#pragma once

#include "csi/connection.hpp"
#include "csi/group_snapshot_driver.hpp"

namespace csi {

// What the driver can do with groups, from GroupControllerGetCapabilities.
struct GroupControllerCapabilities {
  bool create_delete_get_group_snapshot = false;
};

// Asks the driver. One that does not have the GroupController service can do nothing; that is no
// error.
boost::asio::awaitable<base::Result<GroupControllerCapabilities>> group_controller_capabilities(
    Connection& connection);

// The GroupController service behind the port. Only for drivers that have the capability. Secrets
// are overwritten in the request as soon as the call is over.
class GroupControllerClient final : public GroupSnapshotDriver {
 public:
  // The connection must live longer.
  explicit GroupControllerClient(Connection& connection) : connection_(connection) {}

  boost::asio::awaitable<base::Result<GroupSnapshot>> create_group_snapshot(
      CreateGroupSnapshotCall call) override;
  boost::asio::awaitable<base::Result<void>> delete_group_snapshot(
      std::string group_snapshot_id, std::vector<std::string> snapshot_ids,
      Secrets secrets) override;
  boost::asio::awaitable<base::Result<GroupSnapshot>> find_group_snapshot(
      std::string group_snapshot_id, std::vector<std::string> snapshot_ids,
      Secrets secrets) override;

 private:
  Connection& connection_;
};

}  // namespace csi
