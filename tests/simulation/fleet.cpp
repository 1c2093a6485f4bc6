#include "tests/simulation/fleet.hpp"

namespace simulation {

using namespace std::chrono_literals;

Fleet::Fleet(World& world, ApiFront& api, Sabotage sabotage)
    : world_(world),
      api_(api),
      sabotage_(sabotage),
      worker_threads_(world.dice.between(1, 4)),
      pods_{Pod(world, 0), Pod(world, 1)} {}

void Fleet::start() {
  elect();
  every_second();
}

void Fleet::run() {
  for (Pod& pod : pods_) {
    if (!pod.life || pod.health == Health::suspended) continue;
    pod.life->run();
    const bool over = pod.life->ended();
    if (!over) continue;
    const int number = &pod - pods_.data();
    world_.trace([&] { return name_of_writer(number) + ": has ended in good order"; });
    crash(number);
    lease_runs_out_after(100ms);  // it was given up
  }
}

void Fleet::every_second() {
  for (int number : {0, 1}) trouble(number);
  world_.schedule.after(1s, [this] { every_second(); });
}

void Fleet::trouble(int number) {
  Dice& dice = world_.dice;
  const Weather& weather = world_.weather;
  Pod& pod = pods_[number];
  if (dice.chance(weather.driver_restart)) pod.driver.restart();
  if (dice.chance(weather.clock_jump)) {
    pod.wall_offset += dice.between(-3600, 3600) * 1s;
    world_.trace([&] { return name_of_writer(number) + ": its wall clock jumps"; });
  }
  if (pod.health != Health::up) return;
  if (dice.chance(weather.crash)) {
    world_.trace([&] { return name_of_writer(number) + ": crashes"; });
    return crash(number);
  }
  if (world_.leader != number || !pod.life || pod.stopping) return;
  if (dice.chance(weather.lease_loss)) {
    world_.trace([&] { return name_of_writer(number) + ": loses the lease, and ends"; });
    crash(number);
    lease_runs_out_after(1ms);
  } else if (dice.chance(weather.shutdown)) {
    shut_down(number);
  } else if (dice.chance(weather.suspension)) {
    suspend(number);
  }
}

void Fleet::crash(int number) {
  Pod& pod = pods_[number];
  pod.life.reset();
  pod.stopping = false;
  pod.health = Health::down;
  ++pod.phase;
  come_back_after(world_.dice.between(500ms, 10s), number);
  if (world_.leader == number) lease_runs_out_after(world_.dice.between(1s, 15s));
}

void Fleet::shut_down(int number) {
  Pod& pod = pods_[number];
  world_.trace([&] { return name_of_writer(number) + ": SIGTERM"; });
  pod.stopping = true;
  pod.life->stop();
  world_.schedule.after(10s, [this, number, phase = pod.phase] {
    if (pods_[number].phase == phase) crash(number);
  });
}

// The machine stands still, and so does everything that this replica has in hand. If somebody else
// leads when it wakes up, it sees that first, and ends.
void Fleet::suspend(int number) {
  Pod& pod = pods_[number];
  world_.trace([&] { return name_of_writer(number) + ": is suspended"; });
  pod.health = Health::suspended;
  ++pod.phase;
  come_back_after(world_.dice.between(100ms, 30s), number);
  lease_runs_out_after(15s);
}

void Fleet::come_back_after(std::chrono::nanoseconds wait, int number) {
  world_.schedule.after(wait, [this, number, phase = pods_[number].phase] {
    Pod& pod = pods_[number];
    if (pod.phase != phase) return;
    world_.trace([&] { return name_of_writer(number) + ": is back"; });
    if (pod.life && world_.leader != number) return crash(number);
    pod.health = Health::up;
    ++pod.phase;
    if (world_.leader < 0) return elect();
    if (world_.leader != number) return;
    ++term_;  // it renews the lease
    if (!pod.life) work(number);
  });
}

void Fleet::lease_runs_out_after(std::chrono::nanoseconds wait) {
  world_.schedule.after(wait, [this, term = term_] {
    if (term != term_ || world_.leader < 0) return;
    world_.invariants.lost_lease(pods_[world_.leader].incarnation);
    world_.leader = -1;
    elect();
  });
}

void Fleet::elect() {
  for (int number : {0, 1}) {
    if (pods_[number].health != Health::up) continue;
    world_.leader = number;
    ++term_;
    return work(number);
  }
}

void Fleet::work(int number) {
  world_.trace([&] { return name_of_writer(number) + ": leads"; });
  Pod& pod = pods_[number];
  pod.incarnation = ++incarnations_;
  const Replica::Place place{world_,          api_,   pod.driver,
                             pod.wall_offset, number, pod.incarnation};
  pod.life = std::make_unique<Replica>(place, worker_threads_, sabotage_);
}

void Fleet::calm() {
  for (int number : {0, 1})
    if (pods_[number].health == Health::suspended) come_back_after(1s, number);
}

}  // namespace simulation
