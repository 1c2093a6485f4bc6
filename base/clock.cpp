#include "base/clock.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace base {

namespace asio = boost::asio;

asio::awaitable<void> Clock::sleep(std::chrono::nanoseconds wait) {
  // Saturates, so that "for ever" (nanoseconds::max) does not wrap into the past.
  const Instant start = now();
  const Instant due = wait > Instant::max() - start ? Instant::max() : start + wait;
  co_await sleep_until(due);
}

Instant SystemClock::now() const {
  return std::chrono::steady_clock::now();
}

WallTime SystemClock::wall_now() const {
  return std::chrono::system_clock::now();
}

asio::awaitable<void> SystemClock::sleep_until(Instant due) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, due);
  co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace base
