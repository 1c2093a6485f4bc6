#pragma once

#include <string>

#include "tests/simulation/api_server.hpp"
#include "tests/simulation/dice.hpp"
#include "tests/simulation/invariants.hpp"
#include "tests/simulation/schedule.hpp"
#include "tests/simulation/storage.hpp"
#include "tests/simulation/trace.hpp"
#include "tests/simulation/weather.hpp"

namespace simulation {

inline constexpr const char* our_driver = "csi.example.com";

// All that is outside of a replica and stays when it dies.
class World {
 public:
  World(std::uint64_t seed, Trace::Sink sink);

  Dice dice;
  Schedule schedule;
  Trace trace;
  Weather weather;
  ApiServer api;
  Storage storage;
  Invariants invariants;

  // Fixed for one history.
  bool selects_by_driver;  // the API server knows the field selector
  enum class LookUp { none, by_list, by_get };
  LookUp driver_looks_up;
  int leader = -1;  // the replica that holds the lease; -1: nobody

  // How long a request or a reply is under way.
  std::chrono::nanoseconds travel();
};

// "replica 1"; "somebody" for others.
std::string name_of_writer(int writer);

}  // namespace simulation
