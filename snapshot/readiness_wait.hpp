#pragma once

#include <algorithm>
#include <chrono>

namespace snapshot {

// When to look again whether a snapshot is ready: after a fifth of the time waited so far, so that
// a quick one is seen within a second and a slow one costs few calls. Waiting is no failure and has
// nothing to do with the backoff (design.md 3.4).
inline std::chrono::nanoseconds readiness_wait(std::chrono::nanoseconds waited) {
  using namespace std::chrono_literals;
  return std::clamp<std::chrono::nanoseconds>(waited / 5, 1s, 60s);
}

}  // namespace snapshot
