#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>

#include "devcluster/driver/faults.hpp"

namespace devcluster::driver {

// How the driver behaves; may be changed while it runs, on the loop's thread.
struct Behaviour {
  std::chrono::nanoseconds create_delay{0};  // from the request for a snapshot or group to the copy
  std::chrono::nanoseconds delete_delay{0};  // from the request to delete one to the removal
  std::chrono::nanoseconds ready_after{0};   // from the copy to ready_to_use
  std::set<std::string> without;  // capabilities neither told nor served: "LIST_SNAPSHOTS"
  // What every call about snapshots and groups must bring, else it is UNAUTHENTICATED.
  std::map<std::string, std::string> required_secrets;
  Faults faults;
};

}  // namespace devcluster::driver
