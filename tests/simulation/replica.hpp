#pragma once

#include <cstdint>
#include <memory>

#include "tests/simulation/api_front.hpp"
#include "tests/simulation/driver.hpp"
#include "tests/simulation/sabotage.hpp"
#include "tests/simulation/world.hpp"

namespace simulation {

// One life of the process of a replica, from its start to its end: the product's own sidecar::Term
// on a loop of its own. Its caches are kept in step all the time; it works while it leads. To
// destroy it is to kill the process: whatever it awaits is never heard of.
class Replica {
 public:
  struct Place {  // all of it outlives the replica
    World& world;
    ApiFront& api;
    Driver& driver;
    const std::chrono::nanoseconds& wall_offset;
    int number;       // 0, 1
    int incarnation;  // tells all lives apart
  };
  Replica(Place place, std::int64_t worker_threads, Sabotage sabotage);
  ~Replica();

  // Lets everything run that can run without time passing.
  void run();

  // It has got the lease, or knows that it has not: then it finishes what is in hand.
  void lead();
  void follow();
  bool has_work_in_hand() const;

 private:
  class Process;
  std::unique_ptr<Process> process_;
};

}  // namespace simulation
