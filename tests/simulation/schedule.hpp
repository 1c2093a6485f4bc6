#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "base/clock.hpp"

namespace simulation {

// What is going to happen, in order. Time moves from event to event and nowhere else.
class Schedule {
 public:
  using Event = std::function<void()>;
  using Ticket = std::pair<base::Instant, std::uint64_t>;

  // An event that is due already happens next, after those that were due before it.
  Ticket at(base::Instant due, Event event);
  Ticket after(std::chrono::nanoseconds wait, Event event);
  // Nothing happens if it is over.
  void cancel(const Ticket& ticket) { events_.erase(ticket); }

  // Moves to the next event and lets it happen; false if there is none.
  bool step();

  base::Instant now() const { return now_; }
  std::chrono::nanoseconds elapsed() const { return now_ - start; }

 private:
  static constexpr base::Instant start{std::chrono::hours(1000)};

  base::Instant now_ = start;
  std::uint64_t count_ = 0;
  std::map<Ticket, Event> events_;
};

}  // namespace simulation
