#include "tests/simulation/simulation.hpp"

#include "tests/simulation/api_front.hpp"
#include "tests/simulation/fleet.hpp"
#include "tests/simulation/users.hpp"
#include "tests/simulation/world.hpp"

namespace simulation {

using namespace std::chrono_literals;

namespace {

// Far longer than the longest backoff, delay and watch of a simulated world together.
constexpr std::chrono::minutes patience{20};
// Longer than any timer that a replica may have set.
constexpr std::chrono::minutes silence{5};

class History {
 public:
  History(std::uint64_t seed, Sabotage sabotage, Trace::Sink sink)
      : world_(seed, std::move(sink)),
        api_(world_),
        fleet_(world_, api_, sabotage),
        users_(world_) {}

  Verdict run() {
    const auto horizon = world_.dice.between(10s, 60s);
    users_.start(horizon);
    fleet_.start();
    run_until(horizon);
    world_.trace([] { return "---- the weather is calm from now on ----"; });
    world_.weather = Weather::calm();
    world_.invariants.count_writes();
    users_.finish();
    fleet_.calm();
    settle();
    return Verdict{world_.invariants.breach(), events_};
  }

 private:
  void run_until(std::chrono::nanoseconds end) {
    while (!world_.invariants.breach() && world_.schedule.elapsed() < end) step();
  }

  void step() {
    ++events_;
    world_.schedule.step();
    fleet_.run();
  }

  void settle() {
    const auto end = world_.schedule.elapsed() + patience;
    const auto unfinished = [this] {
      return world_.invariants.unfinished(world_.schedule.now(),
                                          world_.driver_looks_up != World::LookUp::none);
    };
    while (!world_.invariants.breach() && unfinished()) {
      if (world_.schedule.elapsed() > end)
        return world_.invariants.broken(*unfinished() + ", after " +
                                        std::to_string(patience.count()) + " minutes of calm");
      run_until(world_.schedule.elapsed() + 1s);
    }
    // The last call may still be under way, and the last word about it.
    run_until(world_.schedule.elapsed() + 30s);
    world_.trace([] { return "---- from now on there is nothing to do ----"; });
    world_.invariants.expect_silence();
    run_until(world_.schedule.elapsed() + silence);
    if (const auto why = unfinished()) world_.invariants.broken(*why + ", although it was done");
    if (!world_.invariants.breach()) world_.invariants.at_rest();
  }

  World world_;
  ApiFront api_;
  Fleet fleet_;
  Users users_;
  std::uint64_t events_ = 0;
};

}  // namespace

Verdict simulate(std::uint64_t seed, Sabotage sabotage, Trace::Sink sink) {
  History history(seed, sabotage, std::move(sink));
  return history.run();
}

}  // namespace simulation
