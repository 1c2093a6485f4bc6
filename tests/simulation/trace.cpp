#include "tests/simulation/trace.hpp"

#include <cstdio>

namespace simulation {

void Trace::write(const std::string& text) const {
  char time[32];
  const std::chrono::duration<double> seconds = schedule_.elapsed();
  std::snprintf(time, sizeof time, "%9.3fs  ", seconds.count());
  sink_(time + text);
}

}  // namespace simulation
