#include "tests/simulation/replica_clock.hpp"

#include <memory>

#include "tests/simulation/mailbox.hpp"

namespace simulation {

namespace asio = boost::asio;

base::WallTime ReplicaClock::wall_now() const {
  constexpr std::chrono::seconds epoch{1'763'900'000};  // 2025-11-23T12:13:20Z
  const std::chrono::nanoseconds since = schedule_.elapsed() + wall_offset_;
  return base::WallTime(epoch) + std::chrono::duration_cast<base::WallTime::duration>(since);
}

bool ReplicaClock::rings_at(base::Instant due) const {
  if (due == base::Instant::max()) return false;
  const auto mixed =
      static_cast<std::uint64_t>(due.time_since_epoch().count()) * 0x9e3779b97f4a7c15;
  constexpr unsigned one_in = 4;
  return !forgets_ || (mixed >> 32) % one_in != 0;
}

asio::awaitable<void> ReplicaClock::sleep_until(base::Instant due) {
  if (due <= schedule_.now()) co_return;
  struct Alarm {  // taken back also when the coroutine is destroyed while it sleeps
    Schedule& schedule;
    Schedule::Ticket ticket;
    ~Alarm() { schedule.cancel(ticket); }
  };
  auto bell = std::make_shared<Mailbox<bool>>(executor_);
  Alarm alarm{schedule_, {}};
  if (rings_at(due))
    alarm.ticket = schedule_.at(due, [weak = std::weak_ptr<Mailbox<bool>>(bell)] {
      if (const auto open = weak.lock()) open->deliver(true);
    });
  asio::awaitable<bool> rung = bell->take();
  co_await std::move(rung);
}

}  // namespace simulation
