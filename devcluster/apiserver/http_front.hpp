#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/error.hpp"
#include "devcluster/apiserver/api.hpp"
#include "devcluster/apiserver/certificates.hpp"

namespace boost::asio {
class io_context;
}

namespace devcluster::apiserver {

struct HttpOptions {
  std::uint16_t port = 0;                    // on 127.0.0.1; 0: any free one
  std::optional<Certificates> certificates;  // absent: plain HTTP
  // How often a quiet watch that asked for bookmarks gets one; the real server's value.
  std::chrono::milliseconds bookmark_interval = std::chrono::minutes(1);
};

// HTTP/1.1 in front of the API: connections, keep-alive, watch streams, and the faults that concern
// a connection. All on the given loop, in which a slow client holds up nobody but itself.
class HttpFront {
 public:
  HttpFront(boost::asio::io_context& io, std::shared_ptr<Api> api, HttpOptions options);
  HttpFront(const HttpFront&) = delete;
  HttpFront& operator=(const HttpFront&) = delete;
  ~HttpFront();  // stops

  // Listens; returns the port.
  base::Result<std::uint16_t> start();
  // Ends watches as a timeout would, closes all connections. What is under way ends on the loop,
  // and keeps the API alive until then.
  void stop();

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace devcluster::apiserver
