#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>

#include "base/error.hpp"
#include "csi/connection.hpp"

namespace csi {

// What GetPluginInfo says, with a name that is not empty.
class PluginInfo {
 public:
  PluginInfo() = default;

  std::string name;
  std::string vendor_version;
};

// The Identity service. The connection must live longer than a call.
boost::asio::awaitable<base::Result<PluginInfo>> plugin_info(Connection& connection);

// Whether the driver says that it is ready. Not saying anything counts as ready (CSI, Probe).
boost::asio::awaitable<base::Result<bool>> probe(Connection& connection);

}  // namespace csi
