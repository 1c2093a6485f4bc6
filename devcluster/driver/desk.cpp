// From gRPC's threads to the loop and back.
//
// gRPC's callback server calls submit() on threads of its own. There the call is put into a list
// that takes one atomic exchange to empty, and the loop is told to look. All the rest happens on
// the loop's thread. gRPC's Shutdown waits until every call has been answered, on the very thread
// that would answer them; so close() answers all of them first, including those in the list that
// the loop has not yet looked at, after it has waited for the threads inside submit().

#include "devcluster/driver/desk.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "devcluster/driver/spoilt_reply.hpp"

namespace devcluster::driver {

namespace asio = boost::asio;
using grpc::Status;
using grpc::StatusCode;

class Desk::Ticket {
 public:
  Ticket(Task task, grpc::ServerUnaryReactor* reactor) : task(std::move(task)), reactor_(reactor) {}

  bool answered() const { return !reactor_; }

  // Only the first answer counts. gRPC frees request and reply with it.
  void answer(const Status& status) {
    if (grpc::ServerUnaryReactor* reactor = std::exchange(reactor_, nullptr))
      reactor->Finish(status);
  }

  Task task;
  asio::cancellation_signal stop;
  Ticket* older = nullptr;  // the next in the inbox

 private:
  grpc::ServerUnaryReactor* reactor_;
};

namespace {

Status closing() {
  return Status(StatusCode::UNAVAILABLE, "the driver is shutting down");
}

// Holds a lock for as long as a task is at work.
class Hold {
 public:
  Hold(std::set<std::string>& locked, std::string lock)
      : locked_(locked),
        lock_(std::move(lock)),
        mine_(lock_.empty() || locked_.insert(lock_).second) {}
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
  ~Hold() {
    if (mine_) locked_.erase(lock_);
  }
  bool mine() const { return mine_; }

 private:
  std::set<std::string>& locked_;
  std::string lock_;
  bool mine_;
};

}  // namespace

Desk::Desk(asio::any_io_executor loop, base::Clock& clock, Behaviour& behaviour, CallLog& calls)
    : loop_(std::move(loop)), clock_(clock), behaviour_(behaviour), calls_(calls) {}

Desk::~Desk() {
  close();
}

grpc::ServerUnaryReactor* Desk::submit(grpc::CallbackServerContext& context, Task task) {
  grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
  ++submitting_;
  if (closed_) {
    reactor->Finish(closing());
  } else {
    auto* ticket = new Ticket(std::move(task), reactor);
    ticket->older = inbox_;
    while (!inbox_.compare_exchange_weak(ticket->older, ticket)) {
    }
    asio::post(loop_, [weak = weak_from_this()] {
      if (const std::shared_ptr<Desk> desk = weak.lock()) desk->take_in();
    });
  }
  --submitting_;
  submitting_.notify_all();
  return reactor;
}

void Desk::take_in() {
  std::vector<std::shared_ptr<Ticket>> arrived;
  for (Ticket* ticket = inbox_.exchange(nullptr); ticket; ticket = arrived.back()->older)
    arrived.emplace_back(ticket);
  std::reverse(arrived.begin(), arrived.end());
  for (std::shared_ptr<Ticket>& ticket : arrived) begin(std::move(ticket));
}

void Desk::begin(std::shared_ptr<Ticket> ticket) {
  if (closed_) return ticket->answer(closing());
  open_.insert(ticket);
  const auto stop = ticket->stop.slot();
  auto ended = [self = shared_from_this(), ticket](std::exception_ptr why) {
    if (why) ticket->answer(Status(StatusCode::INTERNAL, "the driver failed"));
    self->open_.erase(ticket);
  };
  asio::co_spawn(loop_, serve(shared_from_this(), std::move(ticket)),
                 asio::bind_cancellation_slot(stop, std::move(ended)));
}

asio::awaitable<void> Desk::serve([[maybe_unused]] std::shared_ptr<Desk> self,
                                  std::shared_ptr<Ticket> ticket) {
  const Task& task = ticket->task;
  const std::optional<Fault> fault = behaviour_.faults.next(task.method);
  Status status = Status::OK;
  const Hold hold(locked_, task.lock);
  if (fault && fault->kind == Fault::Kind::refused) {
    status = Status(fault->code, "fault on purpose");
  } else if (!hold.mine()) {
    status = Status(StatusCode::ABORTED, task.method + " \"" + task.subject + "\": under way");
  } else {
    const std::chrono::nanoseconds delay = delay_of(task.method);
    if (delay.count() > 0) co_await clock_.sleep(delay);
    if (ticket->answered()) co_return;  // closed meanwhile
    status = task.deed();
    if (fault && fault->kind == Fault::Kind::reply_lost)
      status = Status(fault->code, "reply lost on purpose");
    if (fault && fault->kind == Fault::Kind::reply_spoilt && task.reply)
      spoil(*task.reply, fault->flaw);
  }
  calls_.add(Call{task.method, task.subject, status.error_code()});
  ticket->answer(status);
}

std::chrono::nanoseconds Desk::delay_of(const std::string& method) const {
  if (method == "CreateSnapshot" || method == "CreateVolumeGroupSnapshot")
    return behaviour_.create_delay;
  if (method == "DeleteSnapshot" || method == "DeleteVolumeGroupSnapshot")
    return behaviour_.delete_delay;
  return std::chrono::nanoseconds(0);
}

void Desk::close() {
  if (closed_.exchange(true)) return;
  for (int inside = submitting_; inside > 0; inside = submitting_) submitting_.wait(inside);
  take_in();
  for (const std::shared_ptr<Ticket>& ticket : open_) {
    ticket->answer(closing());
    // In the loop only: outside, Asio 1.81 would come to it later, by a pointer to what may be
    // gone.
    asio::post(loop_, [ticket] { ticket->stop.emit(asio::cancellation_type::terminal); });
  }
}

}  // namespace devcluster::driver
