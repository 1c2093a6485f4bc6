#pragma once

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "kube/config/cluster_config.hpp"
#include "kube/http/stream.hpp"
#include "kube/http/tls_client.hpp"

namespace kube {

// Makes connections to one API server: resolve, connect (30 s for both), TLS handshake (10 s).
class Dialer {
 public:
  // Does not own the clock, which must live longer.
  Dialer(boost::asio::any_io_executor executor, base::Clock& clock, const ClusterConfig& config);

  // Errors say what could not be reached and where the address comes from.
  boost::asio::awaitable<base::Result<std::unique_ptr<Stream>>> dial();

 private:
  using Socket = boost::asio::ip::tcp::socket;
  boost::asio::awaitable<base::Result<Socket>> connect();
  boost::asio::awaitable<base::Result<std::unique_ptr<Stream>>> secure(Socket socket);
  base::Error unreachable(const std::string& why) const;

  boost::asio::any_io_executor executor_;
  base::Clock& clock_;
  ServerUrl server_;
  std::string source_;  // of the configuration, for error texts
  TlsClient tls_;
};

}  // namespace kube
