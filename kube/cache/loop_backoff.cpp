#include "kube/cache/loop_backoff.hpp"

#include "kube/queue/backoff.hpp"

namespace kube {

using namespace std::chrono_literals;

std::chrono::nanoseconds LoopBackoff::next(base::Instant now, double chance) {
  constexpr BackoffOptions pace{800ms, 30s};
  constexpr std::chrono::nanoseconds calm = 2min;
  if (failures_ > 0 && now - retry_ >= calm) failures_ = 0;
  const std::chrono::duration<double, std::nano> delay = exponential_delay(pace, failures_++);
  const auto wait = std::chrono::duration_cast<std::chrono::nanoseconds>(delay * (1.0 + chance));
  retry_ = now + wait;
  return wait;
}

}  // namespace kube
