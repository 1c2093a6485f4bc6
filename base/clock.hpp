#pragma once

#include <chrono>

#include <boost/asio/awaitable.hpp>

namespace base {

using Instant = std::chrono::steady_clock::time_point;   // for waiting and measuring
using WallTime = std::chrono::system_clock::time_point;  // for what people and objects are told

// Time comes in as an argument, so that tests can move it by hand (tests/support/manual_clock.hpp).
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  virtual WallTime wall_now() const = 0;
  // Returns at `due` or later; throws operation_aborted when the coroutine is cancelled.
  virtual boost::asio::awaitable<void> sleep_until(Instant due) = 0;

  boost::asio::awaitable<void> sleep(std::chrono::nanoseconds wait);
};

class SystemClock final : public Clock {
 public:
  Instant now() const override;
  WallTime wall_now() const override;
  boost::asio::awaitable<void> sleep_until(Instant due) override;
};

}  // namespace base
