#include "tests/simulation/world.hpp"

namespace simulation {

using namespace std::chrono_literals;

World::World(std::uint64_t seed, Trace::Sink sink)
    : dice(seed),
      trace(schedule, std::move(sink)),
      weather(Weather::drawn(dice)),
      invariants(api, storage),
      selects_by_driver(dice.chance(0.5)),
      driver_looks_up(static_cast<LookUp>(dice.between(0, 2))) {
  api.on_write = [this](const ApiServer::Write& write) {
    invariants.wrote(write);
    if (dice.chance(weather.compaction)) api.compact(write.plural);
  };
}

std::chrono::nanoseconds World::travel() {
  if (weather.stormy && dice.chance(0.1)) return dice.between(100ms, 8s);
  return dice.between(1ms, 40ms);
}

std::string name_of_writer(int writer) {
  return writer == others ? "somebody" : "replica " + std::to_string(writer + 1);
}

}  // namespace simulation
