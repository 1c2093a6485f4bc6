#pragma once

#include <chrono>

namespace kube {

// What became of one reconcile, and so when the key comes round again.
class Outcome {
 public:
  enum class What { done, again, failed };

  // Nothing more to do until there is news.
  static Outcome done() { return {What::done, {}}; }
  // Waiting for something; not a failure, and the end of any series of failures.
  static Outcome again_after(std::chrono::nanoseconds wait) { return {What::again, wait}; }
  // To be tried again after the key's backoff, or later if the peer asked for it.
  static Outcome failed(std::chrono::nanoseconds at_least = {}) { return {What::failed, at_least}; }

  What what() const { return what_; }
  std::chrono::nanoseconds wait() const { return wait_; }

 private:
  Outcome(What what, std::chrono::nanoseconds wait) : what_(what), wait_(wait) {}

  What what_;
  std::chrono::nanoseconds wait_;
};

}  // namespace kube
