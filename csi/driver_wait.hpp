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
};

// Waits for the driver for as long as it takes: for its socket, for its name, until it is ready
// and has told its capabilities. Looks once a second and logs one line for each change of what it
// waits for. An error only where waiting cannot help: something else is at the socket's path, the
// driver has an empty name, or it cannot take snapshots. All references must outlive the wait.
boost::asio::awaitable<base::Result<DriverIdentity>> wait_for_driver(Connection& connection,
                                                                     base::Clock& clock,
                                                                     const base::Logger& log);

}  // namespace csi
