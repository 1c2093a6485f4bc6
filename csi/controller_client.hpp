#pragma once

#include "csi/connection.hpp"
#include "csi/snapshot_driver.hpp"

namespace csi {

// Asks the driver what it can do (ControllerGetCapabilities).
boost::asio::awaitable<base::Result<ControllerCapabilities>> controller_capabilities(
    Connection& connection);

// The Controller service behind the port. One deadline covers one operation, however many pages it
// takes. Secrets are overwritten in the request as soon as the call is over.
class ControllerClient final : public SnapshotDriver {
 public:
  // The connection must live longer. The capabilities decide how snapshots are looked up.
  ControllerClient(Connection& connection, ControllerCapabilities capabilities)
      : connection_(connection), capabilities_(capabilities) {}

  // For a driver that came back with others. Holds for operations that begin from now on.
  void set_capabilities(ControllerCapabilities capabilities) { capabilities_ = capabilities; }

  boost::asio::awaitable<base::Result<Snapshot>> create_snapshot(CreateSnapshotCall call) override;
  boost::asio::awaitable<base::Result<void>> delete_snapshot(std::string snapshot_id,
                                                             Secrets secrets) override;
  boost::asio::awaitable<base::Result<Snapshot>> find_snapshot(std::string snapshot_id,
                                                               Secrets secrets) override;

 private:
  boost::asio::awaitable<base::Result<Snapshot>> get(std::string snapshot_id, Secrets secrets);
  boost::asio::awaitable<base::Result<Snapshot>> find_in_list(std::string snapshot_id,
                                                              Secrets secrets);

  Connection& connection_;
  ControllerCapabilities capabilities_;
};

}  // namespace csi
