#include "kube/events/event_broadcaster.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "base/concerns.hpp"
#include "kube/events/delivery_rule.hpp"
#include "kube/events/event_object.hpp"

namespace kube {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using base::ErrorKind;
using base::Result;

constexpr std::size_t most_waiting = 1000;
constexpr std::chrono::seconds time_to_flush{1};
constexpr std::chrono::minutes between_loss_reports{1};

// The server takes more than a megabyte, and a driver may say anything. With the queue full this
// bounds us to some 4 MB.
constexpr std::size_t longest_message = 4096;  // bytes

// Cut between characters: half a one would not be UTF-8.
std::string_view shortened(std::string_view message) {
  if (message.size() <= longest_message) return message;
  std::size_t end = longest_message;
  while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xC0) == 0x80) --end;
  return message.substr(0, end);
}

Result<void> without_object(const Result<json::value>& answer) {
  if (!answer) return answer.error();
  return {};
}

}  // namespace

EventBroadcaster::EventBroadcaster(Parts parts, std::string component, Chance chance)
    : parts_(std::move(parts)),
      component_(std::move(component)),
      chance_(std::move(chance)),
      changed_(parts_.executor, base::Instant::max()) {}

void EventBroadcaster::record(const ObjectReference& about, EventSeverity severity,
                              std::string_view reason, std::string_view message) {
  Event event;
  event.about = about;
  event.severity = severity;
  event.reason = reason;
  event.message = shortened(message);
  event.at = next_time();
  if (queue_.size() >= most_waiting) return lose(event, "too many events wait already");
  queue_.push_back(std::move(event));
  changed_.cancel();
}

asio::awaitable<void> EventBroadcaster::run() {
  co_await asio::this_coro::throw_if_cancelled(false);
  stopping_ = false;
  sending_ = true;
  base::Concerns concerns(co_await asio::this_coro::executor);
  concerns.start("events", send());
  co_await wait_for_stop();
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  const bool cancelled = state.cancelled() != asio::cancellation_type::none;
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  stop();
  // Of what has ended already, the list would not stop the patience.
  if (sending_) concerns.start("patience", parts_.clock.sleep(time_to_flush));
  const base::Outcome first = co_await concerns.join();
  if (first.why) std::rethrow_exception(first.why);
  if (!queue_.empty())
    parts_.log.warning("Events are left undelivered",
                       {{"count", static_cast<std::int64_t>(queue_.size())}});
  if (cancelled) throw boost::system::system_error(asio::error::operation_aborted);
}

void EventBroadcaster::stop() {
  stopping_ = true;
  changed_.cancel();
}

// Out of reach of run()'s cancellation: what is under way then has its second like the rest.
asio::awaitable<void> EventBroadcaster::send() {
  try {
    co_await send_all();
    sending_ = false;
  } catch (...) {
    sending_ = false;
    stop();  // run() waits for nothing else, and has to hear of it
    throw;
  }
}

asio::awaitable<void> EventBroadcaster::send_all() {
  for (;;) {
    if (queue_.empty() && stopping_) co_return;
    if (queue_.empty()) {
      co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
      continue;
    }
    Event event = std::move(queue_.front());
    queue_.pop_front();
    CorrelatedEvent correlated = correlator_.correlate(std::move(event), parts_.clock.now());
    if (correlated.deed == CorrelatedEvent::Deed::drop) continue;
    asio::awaitable<void> deed = deliver(std::move(correlated));
    co_await std::move(deed);
  }
}

asio::awaitable<void> EventBroadcaster::deliver(CorrelatedEvent correlated) {
  for (int tries = 1;; ++tries) {
    const bool last = stopping_;
    asio::awaitable<Result<void>> deed = attempt(correlated);
    const Result<void> told = co_await std::move(deed);
    // That it exists means that an attempt succeeded whose answer never came.
    if (told || told.error().kind() == ErrorKind::already_exists) co_return;
    const auto wait = wait_before_next_attempt(told.error().kind(), tries, chance_());
    if (!wait || last) co_return lose(correlated.event, told.error().text());
    co_await pause(*wait);
  }
}

// An event that is to be patched may be gone: the server keeps them for an hour or so.
asio::awaitable<Result<void>> EventBroadcaster::attempt(CorrelatedEvent correlated) {
  ObjectPath path = event_collection(correlated.event.about);
  if (correlated.deed == CorrelatedEvent::Deed::patch) {
    ObjectPath object = path;
    object.name = correlated.name;
    Patch change = Patch::merge(event_patch(correlated));
    asio::awaitable<Result<json::value>> deed =
        parts_.api.patch(std::move(object), std::move(change));
    const Result<json::value> patched = co_await std::move(deed);
    if (patched || patched.error().kind() != ErrorKind::not_found)
      co_return without_object(patched);
  }
  json::value fresh = event_object(correlated, component_);
  asio::awaitable<Result<json::value>> deed = parts_.api.create(std::move(path), std::move(fresh));
  const Result<json::value> created = co_await std::move(deed);
  co_return without_object(created);
}

// Cut short by stop(), so that the last attempt comes at once.
asio::awaitable<void> EventBroadcaster::pause(std::chrono::nanoseconds wait) {
  using asio::experimental::awaitable_operators::operator||;
  asio::awaitable<void> over = parts_.clock.sleep(wait);
  asio::awaitable<void> stopped = wait_for_stop();
  co_await (std::move(over) || std::move(stopped));
}

// Also returns when the caller is cancelled and does not throw for that.
asio::awaitable<void> EventBroadcaster::wait_for_stop() {
  for (;;) {
    const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    if (stopping_ || state.cancelled() != asio::cancellation_type::none) co_return;
    co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

// No two events of ours have one instant: it is part of their names.
base::WallTime EventBroadcaster::next_time() {
  last_time_ = std::max(parts_.clock.wall_now(), last_time_ + base::WallTime::duration(1));
  return last_time_;
}

void EventBroadcaster::lose(const Event& event, std::string_view why) {
  ++lost_;
  const base::Instant now = parts_.clock.now();
  if (loss_logged_at_ && now - *loss_logged_at_ < between_loss_reports) return;
  loss_logged_at_ = now;
  parts_.log.warning("An event was not delivered", {{"kind", event.about.kind},
                                                    {"object", event.about.name},
                                                    {"reason", event.reason},
                                                    {"error", why},
                                                    {"lostSoFar", lost_}});
}

}  // namespace kube
