#pragma once

#include <chrono>

#include "base/clock.hpp"

namespace kube {

// The pace of the list and watch loop while it fails: 0.8 s, doubled up to 30 s, each drawn from
// [d, 2d) so that the clients of a restarted server do not come back all at once. It starts over
// when two minutes have passed without a failure. (spec/kube-client.md 6.8)
class LoopBackoff {
 public:
  // The wait after a failure at `now`; `chance` is in [0, 1).
  std::chrono::nanoseconds next(base::Instant now, double chance);

 private:
  unsigned failures_ = 0;
  base::Instant retry_{};  // when the wait after the last failure was over
};

}  // namespace kube
