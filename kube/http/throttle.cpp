#include "kube/http/throttle.hpp"

#include <algorithm>

namespace kube {

Throttle::Throttle(double qps, int burst) : qps_(qps), burst_(burst), tokens_(burst) {}

std::chrono::nanoseconds Throttle::take(base::Instant now) {
  if (qps_ <= 0) return std::chrono::nanoseconds(0);
  const std::chrono::duration<double> elapsed = now - filled_at_;
  tokens_ = std::min(burst_, tokens_ + elapsed.count() * qps_) - 1;
  filled_at_ = now;
  if (tokens_ >= 0) return std::chrono::nanoseconds(0);
  const std::chrono::duration<double> debt(-tokens_ / qps_);
  return std::chrono::duration_cast<std::chrono::nanoseconds>(debt);
}

}  // namespace kube
