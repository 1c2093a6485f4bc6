#pragma once

#include <functional>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/clock.hpp"

namespace tests {

// Sleeping takes no time; instead, the world goes on by one step.
class StepClock final : public base::Clock {
 public:
  base::Instant now() const override { return now_; }
  base::WallTime wall_now() const override { return {}; }
  boost::asio::awaitable<void> sleep_until(base::Instant due) override {
    slept_.push_back(due - now_);
    now_ = due;
    if (on_sleep) on_sleep(static_cast<int>(slept_.size()));
    co_await boost::asio::post(boost::asio::use_awaitable);
  }
  const std::vector<base::Instant::duration>& slept() const { return slept_; }

  std::function<void(int count)> on_sleep;

 private:
  base::Instant now_{};
  std::vector<base::Instant::duration> slept_;
};

}  // namespace tests
