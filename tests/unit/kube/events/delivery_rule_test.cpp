#include "kube/events/delivery_rule.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using base::ErrorKind;

TEST_CASE("when an event is told again") {
  struct Row {
    const char* sentence;
    ErrorKind kind;
    int tries;
    std::optional<std::chrono::nanoseconds> wait;
  };
  const Row table[] = {
      {"no connection: after a part of ten seconds", ErrorKind::unavailable, 1, 2500ms},
      {"then after ten seconds each", ErrorKind::unavailable, 2, 10s},
      {"up to the twelfth attempt", ErrorKind::unavailable, 11, 10s},
      {"which is the last", ErrorKind::unavailable, 12, {}},
      {"no answer in time", ErrorKind::timed_out, 2, 10s},
      {"an answer that cannot be read", ErrorKind::malformed, 2, 10s},
      {"what the server does not allow it will not allow later", ErrorKind::forbidden, 1, {}},
      {"nor take what is invalid", ErrorKind::invalid, 1, {}},
      {"a namespace that is gone", ErrorKind::not_found, 1, {}},
      {"an event that exists is told", ErrorKind::already_exists, 1, {}},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    CHECK(kube::wait_before_next_attempt(row.kind, row.tries, 0.25) == row.wait);
  }
}
