#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include <grpcpp/support/status.h>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "base/clock.hpp"
#include "devcluster/driver/behaviour.hpp"
#include "devcluster/driver/call_log.hpp"

namespace google::protobuf {
class Message;
}
namespace grpc {
class CallbackServerContext;
class ServerUnaryReactor;
}  // namespace grpc

namespace devcluster::driver {

// One call: what it is about, and what is to be done on the loop's thread.
struct Task {
  std::string method;   // "CreateSnapshot"
  std::string subject;  // the name or id it is about
  std::string lock;     // only one task with this lock at a time; empty: any number
  std::function<grpc::Status()> deed;
  google::protobuf::Message* reply = nullptr;  // what a fault may spoil; null: nothing
};

// Where calls come in on gRPC's threads, to be carried out and answered on the loop's: one after
// the other, with the delays and the faults of the Behaviour, each into the CallLog.
class Desk : public std::enable_shared_from_this<Desk> {
 public:
  // All must outlive close(), the clock the last run of the loop.
  Desk(boost::asio::any_io_executor loop, base::Clock& clock, Behaviour& behaviour, CallLog& calls);
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
  ~Desk();

  // On any thread: takes a call; what it returns is for gRPC.
  grpc::ServerUnaryReactor* submit(grpc::CallbackServerContext& context, Task task);

  // On the loop's thread, which need not run any more: every call that is not answered yet gets
  // UNAVAILABLE, and so does each that comes later. No deed is begun after this.
  void close();

 private:
  class Ticket;

  void take_in();
  void begin(std::shared_ptr<Ticket> ticket);
  // Keeps the desk for as long as the coroutine is there.
  boost::asio::awaitable<void> serve(std::shared_ptr<Desk> self, std::shared_ptr<Ticket> ticket);
  std::chrono::nanoseconds delay_of(const std::string& method) const;

  boost::asio::any_io_executor loop_;
  base::Clock& clock_;
  Behaviour& behaviour_;
  CallLog& calls_;
  std::set<std::shared_ptr<Ticket>> open_;  // begun and not yet ended
  std::set<std::string> locked_;

  // Shared with gRPC's threads.
  std::atomic<Ticket*> inbox_ = nullptr;  // a list, newest first, of calls to be taken in
  std::atomic<int> submitting_ = 0;       // threads inside submit()
  std::atomic<bool> closed_ = false;
};

}  // namespace devcluster::driver
