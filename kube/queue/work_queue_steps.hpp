#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/clock.hpp"
#include "kube/queue/backoff.hpp"
#include "kube/queue/delay_heap.hpp"
#include "kube/queue/outcome.hpp"
#include "kube/queue/queue_observer.hpp"

namespace kube {

// Why a key is added.
enum class Urgency {
  news,     // something changed that may matter: ends a wait, runs now. Failures stay counted.
  routine,  // a refresh, a resync: a key that waits for its time goes on waiting
};

// The rules of the work queue, without a clock and without waiting.
//
// A key is never handed out twice at once; any number of adds before it is handed out are one run;
// adds while it is in hand are exactly one run more. (spec/kube-client.md 8.1 to 8.4)
// The delay of a key and its place in the queue are two things: a timer set for a key that is
// queued already stays set, and it runs twice.
class WorkQueueSteps {
 public:
  // Does not own the observer, which may be null.
  explicit WorkQueueSteps(BackoffOptions backoff, QueueObserver* observer = nullptr)
      : observer_(observer), backoff_(backoff) {}

  void add(const std::string& key, Urgency urgency);
  // Brings an existing delay forward, never back. Not in the future: as add(routine), but now.
  void add_after(const std::string& key, std::chrono::nanoseconds wait, base::Instant now);

  // The key is in hand from here until done().
  std::optional<std::string> get(base::Instant now);
  void done(const std::string& key, Outcome outcome, base::Instant now);

  // Nothing is handed out or taken in any more; what is in hand can still be done().
  void shut_down();
  bool is_shut_down() const { return shut_down_; }

  std::optional<base::Instant> next_due() const { return delays_.next_due(); }
  std::size_t queued() const { return order_.size(); }
  std::size_t delayed() const { return delays_.size(); }
  std::size_t in_hand() const { return in_hand_.size(); }
  const Backoff& backoff() const { return backoff_; }

 private:
  void mark_dirty(const std::string& key, Urgency urgency);
  std::optional<std::chrono::nanoseconds> wait_after(const std::string& key, Outcome outcome);

  QueueObserver* observer_;
  std::deque<std::string> order_;                   // dirty and not in hand, oldest first
  std::unordered_map<std::string, Urgency> dirty_;  // the most urgent reason
  std::unordered_set<std::string> in_hand_;
  DelayHeap delays_;
  Backoff backoff_;
  bool shut_down_ = false;
};

}  // namespace kube
