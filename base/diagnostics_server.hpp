#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "base/error.hpp"
#include "base/log.hpp"

namespace base {

// A GET, as far as handlers care.
class DiagnosticsRequest {
 public:
  DiagnosticsRequest(std::string path, std::string query)
      : path(std::move(path)), query(std::move(query)) {}

  std::string path;
  std::string query;  // what follows the '?', undecoded
};

class DiagnosticsReply {
 public:
  DiagnosticsReply() = default;
  explicit DiagnosticsReply(std::string body, unsigned status = 200)
      : status(status), body(std::move(body)) {}

  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

// What strangers may cost us.
class DiagnosticsLimits {
 public:
  DiagnosticsLimits() = default;

  std::size_t connections = 32;  // one more, and the one that was silent for longest is closed
  std::size_t header_bytes = 8 * 1024;
  std::chrono::milliseconds patience{10000};  // for a request to come whole, for a reply to go out
};

// Plain HTTP for operators, kubelets and Prometheus: a few paths, answered on the loop by functions
// that do not wait. GET and HEAD only, and no request has a body.
class DiagnosticsServer {
 public:
  using Handler = std::function<DiagnosticsReply(const DiagnosticsRequest&)>;

  // Does not own the logger, which must live longer.
  DiagnosticsServer(boost::asio::any_io_executor executor, const Logger& log,
                    DiagnosticsLimits limits = {});
  DiagnosticsServer(const DiagnosticsServer&) = delete;
  DiagnosticsServer& operator=(const DiagnosticsServer&) = delete;
  ~DiagnosticsServer();

  // Answers this path, which must match exactly. An exception out of the handler is a bug; it is
  // answered with 500.
  void handle(std::string path, Handler handler);

  // Listens at an address as parse_host_port() reads it; returns the port, which is another one if
  // 0 was asked for. The error names the address and the reason. Looks a host name up, and waits
  // for that.
  Result<std::uint16_t> listen(const std::string& address);

  // Serves until cancelled, then closes all connections, waits for what they were at, and throws
  // operation_aborted. Call listen() before; what comes in between waits.
  boost::asio::awaitable<void> run();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace base
