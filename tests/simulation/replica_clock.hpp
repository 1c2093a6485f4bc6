#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.hpp"
#include "tests/simulation/schedule.hpp"

namespace simulation {

// The clocks of one machine. The steady one is the world's time; the other may jump.
class ReplicaClock final : public base::Clock {
 public:
  // `wall_offset` is read at each call and must live longer. `forgets`: some sleeps never end, by
  // the instant at which they should (sabotage).
  ReplicaClock(Schedule& schedule, const std::chrono::nanoseconds& wall_offset, bool forgets,
               boost::asio::any_io_executor executor)
      : schedule_(schedule),
        wall_offset_(wall_offset),
        forgets_(forgets),
        executor_(std::move(executor)) {}

  base::Instant now() const override { return schedule_.now(); }
  base::WallTime wall_now() const override;
  boost::asio::awaitable<void> sleep_until(base::Instant due) override;

 private:
  bool rings_at(base::Instant due) const;

  Schedule& schedule_;
  const std::chrono::nanoseconds& wall_offset_;
  bool forgets_;
  boost::asio::any_io_executor executor_;
};

}  // namespace simulation
