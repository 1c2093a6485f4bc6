#include "csi/identity_client.hpp"

#include "csi-spec/csi.pb.h"

namespace csi {

namespace asio = boost::asio;

asio::awaitable<base::Result<PluginInfo>> plugin_info(Connection& connection) {
  const v1::GetPluginInfoRequest request;
  v1::GetPluginInfoResponse reply;
  const base::Result<void> called = co_await connection.call("/csi.v1.Identity/GetPluginInfo",
                                                             request, reply, connection.deadline());
  if (!called) co_return called.error();
  // Longer names and odd characters break CSI's rule too, but drivers that have them do work.
  if (reply.name().empty())
    co_return base::Error(base::ErrorKind::malformed,
                          "the CSI driver at " + connection.socket_path() +
                              " reports an empty name in GetPluginInfo: the driver must be fixed, "
                              "no object can be matched to it");
  PluginInfo info;
  info.name = reply.name();
  info.vendor_version = reply.vendor_version();
  co_return info;
}

asio::awaitable<base::Result<bool>> probe(Connection& connection) {
  const v1::ProbeRequest request;
  v1::ProbeResponse reply;
  const base::Result<void> called =
      co_await connection.call("/csi.v1.Identity/Probe", request, reply, connection.deadline());
  if (!called) co_return called.error();
  co_return !reply.has_ready() || reply.ready().value();
}

}  // namespace csi
