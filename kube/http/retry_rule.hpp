#pragma once

#include <chrono>
#include <optional>

namespace kube {

// How one attempt at a request went, as far as trying again depends on it.
class AttemptFacts {
 public:
  AttemptFacts() = default;

  int tries = 1;        // attempts so far, this one included
  bool reads = false;   // GET: sending it twice does no harm
  bool spoken = false;  // part of the answer has been handed on, it cannot be unsaid
  bool lost = false;    // the connection broke after it had been made, before the answer was whole
  int status = 0;       // 0: there was no answer
  std::optional<std::chrono::seconds> retry_after;  // the header, where it was a number
};

// How long to wait before the same request is sent again; nothing: the result stands. client-go's
// rule: an answer 429 or 5xx is retried only where the server says when; a broken connection
// only for GET, after 1 s; at most ten retries. Refused connections are left to the caller's
// backoff.
std::optional<std::chrono::seconds> wait_before_retry(const AttemptFacts& facts);

}  // namespace kube
