#include "tests/simulation/dice.hpp"

namespace simulation {

// SplitMix64 (Steele, Lea, Flood 2014): any seed is a good one, also 0, 1, 2.
std::uint64_t Dice::next() {
  std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}

double Dice::fraction() {
  return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

bool Dice::chance(double probability) {
  return probability > 0 && fraction() < probability;
}

int Dice::between(int low, int high) {
  const auto range = static_cast<std::uint64_t>(high - low) + 1;
  return low + static_cast<int>(next() % range);
}

std::chrono::nanoseconds Dice::between(std::chrono::nanoseconds low,
                                       std::chrono::nanoseconds high) {
  const auto range = static_cast<std::uint64_t>((high - low).count()) + 1;
  return low + std::chrono::nanoseconds(next() % range);
}

}  // namespace simulation
