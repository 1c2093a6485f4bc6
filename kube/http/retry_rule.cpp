#include "kube/http/retry_rule.hpp"

namespace kube {
namespace {

constexpr int most_tries = 11;
constexpr std::chrono::seconds after_a_lost_connection{1};
// Kubernetes asks for 1 to 32 s. Whoever asks for more is left to the caller's backoff, which logs.
constexpr std::chrono::seconds longest_wait{60};

}  // namespace

std::optional<std::chrono::seconds> wait_before_retry(const AttemptFacts& facts) {
  if (facts.tries >= most_tries || facts.spoken) return std::nullopt;
  if (facts.lost) {
    if (facts.reads) return after_a_lost_connection;
    return std::nullopt;
  }
  const bool worth_it = facts.status == 429 || facts.status >= 500;
  const bool too_long = facts.retry_after && *facts.retry_after > longest_wait;
  return worth_it && !too_long ? facts.retry_after : std::nullopt;
}

}  // namespace kube
