#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/clock.hpp"

// Time that only a test moves. It starts at a fixed instant, far from zero.
class ManualClock final : public base::Clock {
 public:
  // The loop whose coroutines sleep on this clock. The clock may go before them: who still sleeps
  // when the loop is destroyed goes with it.
  explicit ManualClock(boost::asio::io_context& io) : io_(io) {}

  base::Instant now() const override { return now_; }
  base::WallTime wall_now() const override;
  boost::asio::awaitable<void> sleep_until(base::Instant due) override;

  // Lets everything run that can run without time passing.
  void settle();
  // Moves on by so much, stopping at every alarm on the way, so that whoever wakes sees the time it
  // asked for. Settles before and after.
  void advance(std::chrono::nanoseconds by);
  // Moves on to the next alarm and settles; false if nobody sleeps.
  bool advance_to_next();

  std::optional<base::Instant> next_alarm() const;

 private:
  using Alarms = std::multimap<base::Instant, boost::asio::steady_timer*>;

  void move_to(base::Instant instant);

  boost::asio::io_context& io_;
  base::Instant now_{std::chrono::hours(1000)};
  std::shared_ptr<Alarms> alarms_ = std::make_shared<Alarms>();  // with every sleeper
};
