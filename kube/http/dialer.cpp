#include "kube/http/dialer.hpp"

#include <chrono>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "kube/config/read_file.hpp"
#include "kube/http/deadline.hpp"
#include "kube/http/lookup.hpp"
#include "kube/http/tcp_stream.hpp"

namespace kube {
namespace {

namespace asio = boost::asio;

// Both as in client-go.
constexpr std::chrono::seconds dial_timeout{30};
constexpr std::chrono::seconds handshake_timeout{10};

}  // namespace

Dialer::Dialer(asio::any_io_executor executor, base::Clock& clock, const ClusterConfig& config)
    : executor_(std::move(executor)),
      clock_(clock),
      server_(config.server),
      source_(config.source),
      tls_(config.tls, read_file) {}

asio::awaitable<base::Result<std::unique_ptr<Stream>>> Dialer::dial() {
  base::Result<Socket> socket = co_await connect();
  if (!socket) co_return unreachable(socket.error().text());
  tune(*socket);
  if (server_.tls) co_return co_await secure(*std::move(socket));
  co_return tcp_stream(*std::move(socket));
}

asio::awaitable<base::Result<Dialer::Socket>> Dialer::connect() {
  Lookup lookup(executor_, server_.host, server_.port);
  Socket socket(executor_);
  const Deadline deadline(executor_, clock_, clock_.now() + dial_timeout, [&lookup, &socket] {
    lookup.give_up();
    socket.close();
  });
  const base::Result<Lookup::Endpoints> endpoints = co_await lookup.endpoints();
  if (!endpoints) co_return endpoints.error();
  auto [why, used] =
      co_await asio::async_connect(socket, *endpoints, asio::as_tuple(asio::use_awaitable));
  if (deadline.struck()) co_return base::Error(base::ErrorKind::timed_out, "no answer within 30 s");
  if (why) co_return base::Error(base::ErrorKind::unavailable, why.message());
  co_return std::move(socket);
}

asio::awaitable<base::Result<std::unique_ptr<Stream>>> Dialer::secure(Socket socket) {
  auto stream = tls_.wrap(std::move(socket), server_.host, clock_.now());
  if (!stream) co_return stream.error().while_doing(source_);
  const Deadline deadline(executor_, clock_, clock_.now() + handshake_timeout,
                          [&stream] { (*stream)->close(); });
  const base::Result<void> shaken = co_await (*stream)->handshake();
  if (deadline.struck()) co_return unreachable("no TLS handshake within 10 s");
  if (!shaken) co_return unreachable(shaken.error().text());
  co_return std::unique_ptr<Stream>(*std::move(stream));
}

base::Error Dialer::unreachable(const std::string& why) const {
  return base::Error(
      base::ErrorKind::unavailable,
      "cannot reach the API server " + authority(server_) + " of the " + source_ + ": " + why);
}

}  // namespace kube
