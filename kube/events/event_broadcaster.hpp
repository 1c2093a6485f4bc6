#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "kube/api/objects.hpp"
#include "kube/events/event.hpp"
#include "kube/events/event_correlator.hpp"
#include "kube/events/event_recorder.hpp"

namespace kube {

// Tells events to the API server, one after the other and behind the back of whoever records them.
// Events are a courtesy: at most 1000 wait, an outage of two minutes loses one, and what is lost is
// logged, though not more than once a minute. Bound to the executor's one thread.
class EventBroadcaster final : public EventRecorder {
 public:
  // All of it must outlive the broadcaster.
  struct Parts {
    boost::asio::any_io_executor executor;
    Objects& api;
    base::Clock& clock;
    const base::Logger& log;
  };
  using Chance = std::function<double()>;  // in [0, 1)

  // `component` is who tells, "csi-snapshotter <driver>".
  EventBroadcaster(
      Parts parts, std::string component, Chance chance = [] { return 0.5; });

  // Messages are cut at 4 KiB. Also before and between runs; the events then wait.
  void record(const ObjectReference& about, EventSeverity severity, std::string_view reason,
              std::string_view message) override;

  // Delivers until stop(), then returns; or until the caller is cancelled, then throws
  // operation_aborted. Either way it first tries once, for at most one second in all, what waits.
  // May be run again, but not twice at a time.
  boost::asio::awaitable<void> run();
  void stop();

  std::size_t waiting() const { return queue_.size(); }

 private:
  boost::asio::awaitable<void> send();
  boost::asio::awaitable<void> send_all();
  boost::asio::awaitable<void> deliver(CorrelatedEvent correlated);
  boost::asio::awaitable<base::Result<void>> attempt(CorrelatedEvent correlated);
  boost::asio::awaitable<void> pause(std::chrono::nanoseconds wait);
  boost::asio::awaitable<void> wait_for_stop();
  base::WallTime next_time();
  void lose(const Event& event, std::string_view why);

  Parts parts_;
  std::string component_;
  Chance chance_;
  EventCorrelator correlator_;
  std::deque<Event> queue_;
  boost::asio::steady_timer changed_;  // never rings, only gets cancelled
  bool stopping_ = false;
  bool sending_ = false;
  base::WallTime last_time_{};

  std::int64_t lost_ = 0;  // since the process began
  std::optional<base::Instant> loss_logged_at_;
};

}  // namespace kube
