#pragma once

#include <chrono>

#include "base/clock.hpp"

namespace kube {

// A token bucket: `burst` requests at once, then `qps` per second. It starts full. A qps of zero
// or less switches it off, which is our default: the server's priority and fairness rules instead.
class Throttle {
 public:
  Throttle(double qps, int burst);

  // Takes one token and says how long to wait before using it. The order of the calls is the order
  // of the requests: a debt is paid in turn.
  std::chrono::nanoseconds take(base::Instant now);

 private:
  double qps_;
  double burst_;
  double tokens_;
  base::Instant filled_at_{};
};

}  // namespace kube
