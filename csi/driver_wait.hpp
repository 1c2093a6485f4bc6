#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "csi/connection.hpp"
#include "csi/snapshot_driver.hpp"

namespace csi {

// Who is at the other end of the socket, and what it can do.
class DriverIdentity {
 public:
  DriverIdentity() = default;

  std::string name;            // "hostpath.csi.k8s.io"
  std::string vendor_version;  // as the driver writes it; may be empty
  ControllerCapabilities capabilities;
  bool group_snapshots = false;  // it takes group snapshots, and was asked for that
};

// What is asked of a driver besides snapshots.
class DriverDemands {
 public:
  DriverDemands() = default;

  std::string name;     // the only one it may have; empty: any
  bool groups = false;  // whether to ask for its group capabilities; that it has none is no error
};

// Waits for the driver for as long as it takes: for its socket, for its name, until it is ready
// and has told its capabilities. Looks once a second and logs one line for each change of what it
// waits for. An error only where waiting cannot help: something else is at the socket's path, the
// driver has an empty name or not the one that is demanded, or it cannot take snapshots. All
// references must outlive the wait.
boost::asio::awaitable<base::Result<DriverIdentity>> wait_for_driver(Connection& connection,
                                                                     base::Clock& clock,
                                                                     const base::Logger& log,
                                                                     DriverDemands demands);
boost::asio::awaitable<base::Result<DriverIdentity>> wait_for_driver(Connection& connection,
                                                                     base::Clock& clock,
                                                                     const base::Logger& log);

// The same for whoever only takes single snapshots, of whatever driver is there.
inline boost::asio::awaitable<base::Result<DriverIdentity>> wait_for_driver(
    Connection& connection, base::Clock& clock, const base::Logger& log) {
  return wait_for_driver(connection, clock, log, DriverDemands());
}

}  // namespace csi
