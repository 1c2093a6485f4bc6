#pragma once

#include <array>
#include <memory>

#include "tests/simulation/api_front.hpp"
#include "tests/simulation/driver.hpp"
#include "tests/simulation/replica.hpp"
#include "tests/simulation/world.hpp"

namespace simulation {

// Two pods, each with a replica and its driver, and the lease that says which of them works. The
// lease itself is not simulated, only what it means: nobody has it before the other one's has run
// out, and who has lost it may be late to know.
class Fleet {
 public:
  Fleet(World& world, ApiFront& api, Sabotage sabotage);

  void start();
  // Lets the replicas run until they all wait.
  void run();
  // Everything is up from now on.
  void calm();

 private:
  enum class Health { up, suspended, down };
  struct Pod {
    Pod(World& world, int number) : driver(world, number) {}
    Driver driver;
    std::chrono::nanoseconds wall_offset{0};
    std::unique_ptr<Replica> life;  // unless it is down
    int incarnation = 0;            // of that life
    Health health = Health::down;
    bool stopping = false;    // SIGTERM: it finishes what is in hand
    std::uint64_t phase = 0;  // counts changes of health: plans for one are void in the next
  };

  void every_second();
  void trouble(int number);
  void begin_life(int number);
  void crash(int number);
  void shut_down(int number);
  void suspend(int number);
  void lose_lease();
  void come_back_after(std::chrono::nanoseconds wait, int number);
  void lease_runs_out_after(std::chrono::nanoseconds wait);
  void elect();

  World& world_;
  ApiFront& api_;
  Sabotage sabotage_;
  std::int64_t worker_threads_;
  std::array<Pod, 2> pods_;
  int incarnations_ = 0;
  std::uint64_t leases_ = 0;  // counts each time that somebody gets or renews it
};

}  // namespace simulation
