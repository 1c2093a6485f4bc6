#include "tests/simulation/schedule.hpp"

#include <algorithm>

namespace simulation {

Schedule::Ticket Schedule::at(base::Instant due, Event event) {
  const Ticket ticket(std::max(due, now_), ++count_);
  events_.emplace(ticket, std::move(event));
  return ticket;
}

Schedule::Ticket Schedule::after(std::chrono::nanoseconds wait, Event event) {
  return at(now_ + wait, std::move(event));
}

bool Schedule::step() {
  if (events_.empty()) return false;
  const auto next = events_.begin();
  now_ = next->first.first;
  const Event event = std::move(next->second);
  events_.erase(next);
  event();
  return true;
}

}  // namespace simulation
