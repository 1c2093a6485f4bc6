#pragma once

#include <memory>
#include <thread>

#include <grpcpp/completion_queue.h>
#include <boost/asio/awaitable.hpp>

namespace grpc {
class Channel;
}

namespace csi {

// Tells when a gRPC channel gets and loses its connection. gRPC hands such news only to a thread
// that waits for them; this one sleeps until there are any and posts them to the loop. A watch that
// gRPC has cannot be taken back, but ends with its channel: so the channel must be nobody else's.
// Used on the loop's thread; it must go before the io_context of its callers does.
class ChannelState {
 public:
  explicit ChannelState(std::shared_ptr<grpc::Channel> channel);
  ChannelState(const ChannelState&) = delete;
  ChannelState& operator=(const ChannelState&) = delete;
  // Who still waits is never resumed.
  ~ChannelState();

  // Makes one attempt to connect, unless gRPC has to back off after the last one: whether there is
  // a connection now. All throw operation_aborted when the caller is cancelled.
  boost::asio::awaitable<bool> connect();
  // Returns when there is a connection; makes attempts until then.
  boost::asio::awaitable<void> until_connected();
  // Returns when there is no connection; at once where there is none.
  boost::asio::awaitable<void> until_lost();

 private:
  boost::asio::awaitable<void> until_other_than(int state);
  void forward_news();

  std::shared_ptr<grpc::Channel> channel_;
  grpc::CompletionQueue queue_;
  std::thread forwarder_;
  std::shared_ptr<int> life_ = std::make_shared<int>();  // what waiters see end
};

}  // namespace csi
