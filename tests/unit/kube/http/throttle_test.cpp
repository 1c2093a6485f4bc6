#include "kube/http/throttle.hpp"

#include <catch2/catch.hpp>

namespace kube {
namespace {

using namespace std::chrono_literals;

constexpr base::Instant start{1000h};

TEST_CASE("a throttle lets a burst through and then queues in order") {
  Throttle throttle(5, 3);
  for (int i = 0; i < 3; ++i) CHECK(throttle.take(start) == 0s);
  CHECK(throttle.take(start) == 200ms);
  CHECK(throttle.take(start) == 400ms);
  CHECK(throttle.take(start + 200ms) == 400ms);
}

TEST_CASE("a throttle never saves up more than its burst") {
  Throttle throttle(5, 2);
  CHECK(throttle.take(start + 24h) == 0s);
  CHECK(throttle.take(start + 24h) == 0s);
  CHECK(throttle.take(start + 24h) == 200ms);
}

TEST_CASE("a throttle of zero or less is none") {
  for (const double qps : {0.0, -1.0}) {
    Throttle throttle(qps, 0);
    for (int i = 0; i < 1000; ++i) CHECK(throttle.take(start) == 0s);
  }
}

}  // namespace
}  // namespace kube
