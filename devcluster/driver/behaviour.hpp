#pragma once

#include <chrono>
#include <set>
#include <string>

#include "devcluster/driver/faults.hpp"

namespace devcluster::driver {

// How the driver behaves; may be changed while it runs, on the loop's thread.
struct Behaviour {
  std::chrono::nanoseconds create_delay{0};  // from CreateSnapshot's request to the copy
  std::chrono::nanoseconds delete_delay{0};  // from DeleteSnapshot's request to the removal
  std::chrono::nanoseconds ready_after{0};   // from the copy to ready_to_use
  std::set<std::string> without;  // capabilities neither told nor served: "LIST_SNAPSHOTS"
  Faults faults;
};

}  // namespace devcluster::driver
