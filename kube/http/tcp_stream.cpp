#include "kube/http/tcp_stream.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace kube {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// Seconds, seconds, count: a silent peer is given up 60 s after its last byte.
constexpr int keep_alive_idle = 30;
constexpr int keep_alive_interval = 10;
constexpr int keep_alive_probes = 3;

void set(tcp::socket& socket, int level, int option, int value) {
  ::setsockopt(socket.native_handle(), level, option, &value, sizeof value);
}

class TcpStream final : public Stream {
 public:
  explicit TcpStream(tcp::socket socket) : socket_(std::move(socket)) {}

  asio::awaitable<Io> read_some(asio::mutable_buffer into) override {
    auto [why, bytes] = co_await socket_.async_read_some(into, asio::as_tuple(asio::use_awaitable));
    co_return Io{bytes, why};
  }
  asio::awaitable<Io> write(asio::const_buffer from) override {
    auto [why, bytes] =
        co_await asio::async_write(socket_, from, asio::as_tuple(asio::use_awaitable));
    co_return Io{bytes, why};
  }
  void close() override {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }
  bool silent() override { return kube::silent(socket_); }

 private:
  tcp::socket socket_;
};

}  // namespace

std::unique_ptr<Stream> tcp_stream(tcp::socket socket) {
  return std::make_unique<TcpStream>(std::move(socket));
}

void tune(tcp::socket& socket) {
  set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(socket, IPPROTO_TCP, TCP_KEEPIDLE, keep_alive_idle);
  set(socket, IPPROTO_TCP, TCP_KEEPINTVL, keep_alive_interval);
  set(socket, IPPROTO_TCP, TCP_KEEPCNT, keep_alive_probes);
}

bool silent(tcp::socket& socket) {
  char byte = 0;
  const auto got = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace kube
