#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"

namespace google::protobuf {
class Message;
}

namespace csi {

// One call that is over; for whoever measures them.
class CallSeen {
 public:
  CallSeen() = default;

  std::string method;  // "/csi.v1.Identity/Probe"
  std::string code;    // as Go prints it: "OK", "DeadlineExceeded"; empty: ended without a status
  std::chrono::nanoseconds took{};
};
using OnCall = std::function<void(const CallSeen&)>;

// The connection to the driver's socket. It is made when first used, stays open, and after a loss
// is made again, once a second at most, when it is used; a call made meanwhile fails at once
// (unavailable).
// Calls may run side by side. gRPC's own threads only deliver completions, which go on in the
// executor of the coroutine that called. It must go before the io_context of its callers does.
class Connection {
 public:
  // `timeout` is for one whole operation, see deadline(). The logger must live longer.
  // `on_call`, which may be empty, is told of every call on the loop's thread.
  Connection(const base::Logger& log, std::string socket_path, std::chrono::nanoseconds timeout,
             OnCall on_call = {});
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  // Cancels what is in flight and waits until gRPC has let go of it.
  ~Connection();

  const std::string& socket_path() const { return socket_path_; }

  // Until when an operation that begins now may take, with all its calls.
  base::Instant deadline() const { return std::chrono::steady_clock::now() + timeout_; }

  // One unary call, for instance of "/csi.v1.Identity/Probe". Errors are those of csi/status.hpp;
  // ErrorKind::malformed if what came is no message of the reply's type. When the caller is
  // cancelled, so is the call: it returns when gRPC has given up on it, with ErrorKind::cancelled.
  // Both messages must live until then. With -v=5 request and reply are logged without secrets,
  // and whatever gRPC copied of the request is overwritten when gRPC is done with it.
  boost::asio::awaitable<base::Result<void>> call(std::string method,
                                                  const google::protobuf::Message& request,
                                                  google::protobuf::Message& reply,
                                                  base::Instant deadline);

  // Makes one attempt to connect if there is no connection, but none within a second of one that
  // has failed: whether there is one now. These three throw operation_aborted when the caller is
  // cancelled.
  boost::asio::awaitable<bool> connect();
  // Returns when there is a connection, and makes attempts until then.
  boost::asio::awaitable<void> until_connected();
  // Returns when the connection that one of the two above has seen is there no more, at once if
  // that has happened meanwhile, also when a call has made a new one since.
  boost::asio::awaitable<void> until_lost();

 private:
  class Channel;

  const base::Logger& log_;
  std::string socket_path_;
  std::chrono::nanoseconds timeout_;
  OnCall on_call_;
  std::unique_ptr<Channel> channel_;
};

}  // namespace csi
