#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace simulation {

// Everything that is left to chance comes from here, in one order, from one seed: the same seed is
// the same history. (The distributions of <random> may differ between libraries.)
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();
  double fraction();                // in [0, 1)
  bool chance(double probability);  // draws nothing when it is 0
  int between(int low, int high);   // both included
  std::chrono::nanoseconds between(std::chrono::nanoseconds low, std::chrono::nanoseconds high);
  template <class T>
  const T& one_of(const std::vector<T>& things) {
    return things[next() % things.size()];
  }

 private:
  std::uint64_t state_;
};

}  // namespace simulation
