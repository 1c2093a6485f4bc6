#pragma once

#include <string>

#include "base/error.hpp"

namespace devcluster::driver {

// Makes the path free to listen on: removes the socket that a killed driver has left behind. An
// error if somebody listens on it, or if something else is in its place. gRPC itself would take a
// live socket away from its owner.
base::Result<void> clear_socket_path(const std::string& path);

}  // namespace devcluster::driver
