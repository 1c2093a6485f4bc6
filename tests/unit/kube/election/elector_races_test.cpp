#include <algorithm>
#include <deque>
#include <random>

#include <catch2/catch.hpp>

#include "tests/unit/kube/election/candidate.hpp"

namespace kube {
namespace {

using namespace std::chrono_literals;
using namespace kube::test;

// A few processes, an API server that is slow, refuses, loses requests and replies and carries out
// what nobody waits for any more; partitions, deaths, restarts, releases. One seed, one history.
class History {
 public:
  explicit History(unsigned seed) : random_(seed) {
    for (const char* identity : {"a", "b", "c"}) {
      const std::chrono::hours offset(static_cast<int>(draw() * 100) - 50);
      Candidate& one = candidates_.emplace_back(world_, identity, offset);
      // With a deadline so late there is no slack for an answer that takes its time.
      if (seed % 2 == 0) one.options.renew_deadline = 14s;
      one.chance = [this] { return draw(); };
      one.line.fate = [this](const std::string&) { return fate(); };
      one.on_heard = [this] { check(); };
      one.start();
    }
  }

  void run(std::chrono::nanoseconds span) {
    const base::Instant end = world_.clock.now() + span;
    while (world_.clock.now() < end) {
      step();
      if (draw() < 0.02) happen(candidates_[static_cast<std::size_t>(draw() * 3)]);
    }
  }

  // All is well from now on. How long nobody leads for then.
  std::chrono::nanoseconds settle() {
    calm_ = true;
    for (Candidate& one : candidates_) {
      one.line.heal();
      while (one.releasing) step();
      if (!one.running) one.start();
    }
    const base::Instant since = world_.clock.now();
    while (leaders() == 0 && world_.clock.now() - since < 5min) step();
    return world_.clock.now() - since;
  }

  bool two_led() const { return two_led_; }
  bool anybody_led() const { return led_; }

 private:
  double draw() { return std::uniform_real_distribution<double>(0, 1)(random_); }

  std::chrono::nanoseconds delay() {
    const double seconds = draw() < 0.8 ? draw() * 0.2 : draw() * 20;
    return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
  }

  Fate fate() {
    Fate fate;
    if (calm_) return fate;
    fate.there = delay();
    fate.back = delay();
    fate.arrives = draw() > 0.05;
    fate.answered = draw() > 0.05;
    if (draw() < 0.1) fate.refused = base::Error(base::ErrorKind::unavailable, "restarting");
    return fate;
  }

  void happen(Candidate& one) {
    const double which = draw();
    if (which < 0.2) {
      one.line.cut();
    } else if (which < 0.6) {
      one.line.heal();
    } else if (which < 0.7 && one.running) {
      one.kill();
    } else if (which < 0.8 && one.running) {
      one.release();
    } else if (!one.running && !one.releasing) {
      one.line.heal();
      one.start();
    }
    check();
  }

  void step() {
    if (!world_.clock.advance_to_next()) world_.clock.advance(1s);
    check();
  }

  std::ptrdiff_t leaders() const {
    return std::count_if(candidates_.begin(), candidates_.end(),
                         [](const Candidate& one) { return one.may_act(); });
  }

  void check() {
    led_ = led_ || leaders() > 0;
    two_led_ = two_led_ || leaders() > 1;
  }

  std::minstd_rand random_;
  Candidate::World world_;
  std::deque<Candidate> candidates_;
  bool calm_ = false;
  bool led_ = false;
  bool two_led_ = false;
};

TEST_CASE("there are never two leaders, and always one again once the faults stop") {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    History history(seed);
    history.run(4min);
    CHECK(history.anybody_led());
    CHECK(history.settle() < 1min);
    REQUIRE_FALSE(history.two_led());
  }
}

}  // namespace
}  // namespace kube
