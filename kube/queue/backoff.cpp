#include "kube/queue/backoff.hpp"

#include <algorithm>

namespace kube {

std::chrono::nanoseconds exponential_delay(const BackoffOptions& options, unsigned failures) {
  std::chrono::nanoseconds delay = options.base;
  for (unsigned n = 0; n < failures; ++n) {
    if (delay > options.max / 2) return options.max;  // twice as much would pass it, or overflow
    if (delay <= std::chrono::nanoseconds(0)) break;
    delay *= 2;
  }
  return std::min(delay, options.max);
}

std::chrono::nanoseconds Backoff::next(const std::string& key) {
  return exponential_delay(options_, failures_[key]++);
}

std::chrono::nanoseconds Backoff::peek(const std::string& key) const {
  return exponential_delay(options_, failures(key));
}

unsigned Backoff::failures(const std::string& key) const {
  const auto found = failures_.find(key);
  return found == failures_.end() ? 0 : found->second;
}

}  // namespace kube
