#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/simulation/sabotage.hpp"
#include "tests/simulation/trace.hpp"

namespace simulation {

class Verdict {
 public:
  std::optional<std::string> breach;  // a sentence; none: all is well
  std::uint64_t events = 0;
};

// One history: a storm that ends, and the quiet after it. The sink gets the lines of the trace.
Verdict simulate(std::uint64_t seed, Sabotage sabotage, Trace::Sink sink);

}  // namespace simulation
