#include "tests/support/manual_clock.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace asio = boost::asio;

base::WallTime ManualClock::wall_now() const {
  constexpr std::chrono::seconds epoch{1'763'900'000};  // 2025-11-23T12:13:20Z
  constexpr base::Instant start{std::chrono::hours(1000)};
  return base::WallTime(epoch) + std::chrono::duration_cast<base::WallTime::duration>(now_ - start);
}

asio::awaitable<void> ManualClock::sleep_until(base::Instant due) {
  if (due <= now_) co_return;
  asio::steady_timer alarm(io_, base::Instant::max());
  struct Entry {  // removed also when the coroutine is destroyed while it sleeps
    std::shared_ptr<Alarms> alarms;
    Alarms::const_iterator place;
    ~Entry() { alarms->erase(place); }
  };
  const Entry entry{alarms_, alarms_->emplace(due, &alarm)};
  co_await alarm.async_wait(asio::as_tuple(asio::use_awaitable));
  if (now_ < due) throw boost::system::system_error(asio::error::operation_aborted);
}

void ManualClock::settle() {
  io_.restart();
  io_.poll();
}

void ManualClock::advance(std::chrono::nanoseconds by) {
  settle();
  const base::Instant target = now_ + by;
  for (auto next = next_alarm(); next && *next <= target; next = next_alarm()) move_to(*next);
  now_ = target;
}

bool ManualClock::advance_to_next() {
  settle();
  const std::optional<base::Instant> next = next_alarm();
  if (!next) return false;
  move_to(*next);
  return true;
}

std::optional<base::Instant> ManualClock::next_alarm() const {
  if (alarms_->empty()) return std::nullopt;
  return alarms_->begin()->first;
}

void ManualClock::move_to(base::Instant instant) {
  now_ = instant;
  for (const auto& [due, alarm] : *alarms_)
    if (due <= now_) alarm->cancel();
  settle();
}
