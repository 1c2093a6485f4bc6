#include "kube/queue/backoff.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;

TEST_CASE("the delay doubles with each failure up to the maximum") {
  struct Row {
    const char* sentence;
    kube::BackoffOptions options;
    unsigned failures;
    std::chrono::nanoseconds expected;
  };
  const Row table[] = {
      {"the first failure waits the base", {1s, 5min}, 0, 1s},
      {"the ninth waits 256 times as long", {1s, 5min}, 8, 256s},
      {"the tenth is cut to the maximum", {1s, 5min}, 9, 5min},
      {"no number of failures overflows", {1s, 5min}, 4'000'000'000, 5min},
      {"a maximum of for ever does not overflow either",
       {1s, std::chrono::nanoseconds::max()},
       1000,
       std::chrono::nanoseconds::max()},
      {"a base above the maximum is cut", {10s, 5s}, 0, 5s},
      {"a base of zero stays zero", {0s, 5min}, 50, 0s},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    CHECK(kube::exponential_delay(row.options, row.failures) == row.expected);
  }
}

TEST_CASE("failures are counted per key until they are forgotten") {
  kube::Backoff backoff({1s, 5min});
  CHECK(backoff.next("a") == 1s);
  CHECK(backoff.next("a") == 2s);
  CHECK(backoff.next("b") == 1s);
  CHECK(backoff.peek("a") == 4s);
  CHECK(backoff.peek("a") == 4s);
  CHECK(backoff.failures("a") == 2);
  backoff.forget("a");
  CHECK(backoff.failures("a") == 0);
  CHECK(backoff.next("a") == 1s);
  CHECK(backoff.next("b") == 2s);
}
