#pragma once

#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/clock.hpp"
#include "kube/queue/work_queue_steps.hpp"

namespace kube {

// The work queue as coroutines use it: WorkQueueSteps with a clock and a place to wait.
// Bound to the executor's one thread; must outlive whoever waits in get().
class WorkQueue {
 public:
  // Does not own clock and observer, which must live longer.
  WorkQueue(boost::asio::any_io_executor executor, base::Clock& clock, BackoffOptions backoff = {},
            QueueObserver* observer = nullptr);

  void add(const std::string& key, Urgency urgency = Urgency::news);
  void add_after(const std::string& key, std::chrono::nanoseconds wait);

  // Waits for a key; nothing once the queue is shut down. Throws operation_aborted when the caller
  // is cancelled, and then has taken no key.
  boost::asio::awaitable<std::optional<std::string>> get();
  // Owed for every key that get() returned, whatever happened.
  void done(const std::string& key, Outcome outcome);

  // For good: all who wait in get() are told, and nothing new is handed out.
  void shut_down();

  // What a failure now would have to wait: for texts that say when it will be tried again.
  std::chrono::nanoseconds delay_if_failed(const std::string& key) const;
  const WorkQueueSteps& figures() const { return steps_; }

 private:
  boost::asio::awaitable<void> wait();
  boost::asio::awaitable<void> wait_for_change();

  base::Clock& clock_;
  boost::asio::steady_timer changed_;  // never rings, only gets cancelled
  WorkQueueSteps steps_;
};

}  // namespace kube
