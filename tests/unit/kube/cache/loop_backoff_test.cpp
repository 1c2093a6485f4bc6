#include "kube/cache/loop_backoff.hpp"

#include <vector>

#include <catch2/catch.hpp>

using namespace std::chrono_literals;

namespace {

constexpr base::Instant start{std::chrono::hours(1)};

}  // namespace

TEST_CASE("the waits double from 0.8 to 30 seconds") {
  kube::LoopBackoff backoff;
  base::Instant now = start;
  for (const auto expected : {800ms, 1600ms, 3200ms, 6400ms, 12800ms, 25600ms, 30000ms, 30000ms}) {
    const std::chrono::nanoseconds wait = backoff.next(now, 0);
    CHECK(wait == expected);
    now += wait;
  }
}

TEST_CASE("chance stretches a wait up to twice its length") {
  CHECK(kube::LoopBackoff().next(start, 0.5) == 1200ms);
  CHECK(kube::LoopBackoff().next(start, 0.999) < 1600ms);
}

TEST_CASE("two minutes without a failure, counted from the retry, start it over") {
  kube::LoopBackoff backoff;
  base::Instant now = start;
  for (int n = 0; n < 10; ++n) now += backoff.next(now, 0);
  SECTION("not sooner") {
    CHECK(backoff.next(now + 2min - 1ms, 0) == 30s);
  }
  SECTION("but then") {
    CHECK(backoff.next(now + 2min, 0) == 800ms);
  }
}

TEST_CASE("failing all the time does not start it over") {
  kube::LoopBackoff backoff;
  base::Instant now = start;
  for (int n = 0; n < 8; ++n) now += backoff.next(now, 0.9);
  for (int n = 0; n < 100; ++n) {
    const std::chrono::nanoseconds wait = backoff.next(now + 30s, 0);  // each attempt takes 30 s
    REQUIRE(wait == 30s);
    now += 30s + wait;
  }
}
