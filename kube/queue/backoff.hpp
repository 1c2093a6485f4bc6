#pragma once

#include <chrono>
#include <string>
#include <unordered_map>

namespace kube {

struct BackoffOptions {
  std::chrono::nanoseconds base = std::chrono::seconds(1);  // --retry-interval-start
  std::chrono::nanoseconds max = std::chrono::minutes(5);   // --retry-interval-max
};

// min(max, base * 2^failures), for any number of failures.
std::chrono::nanoseconds exponential_delay(const BackoffOptions& options, unsigned failures);

// Counts failures per key. It knows no clock and forgets nothing by itself.
class Backoff {
 public:
  explicit Backoff(BackoffOptions options) : options_(options) {}

  // How long to wait after one more failure.
  std::chrono::nanoseconds next(const std::string& key);
  // What next() would answer, for texts that say when it will be tried again.
  std::chrono::nanoseconds peek(const std::string& key) const;
  unsigned failures(const std::string& key) const;
  void forget(const std::string& key) { failures_.erase(key); }

 private:
  BackoffOptions options_;
  std::unordered_map<std::string, unsigned> failures_;  // never 0
};

}  // namespace kube
