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
  for (int number : {0, 1}) begin_life(number);
  elect();
  every_second();
}

void Fleet::run() {
  for (int number : {0, 1}) {
    Pod& pod = pods_[number];
    if (pod.health != Health::up) continue;
    pod.life->run();
    if (!pod.stopping || pod.life->has_work_in_hand()) continue;
    world_.trace([&] { return name_of_writer(number) + ": ends in good order"; });
    crash(number);
    if (world_.leader == number) lease_runs_out_after(1ms);  // it is given back
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
  if (pod.health != Health::up || pod.stopping) return;
  if (dice.chance(weather.crash)) {
    world_.trace([&] { return name_of_writer(number) + ": crashes"; });
    return crash(number);
  }
  if (dice.chance(weather.shutdown)) return shut_down(number);
  if (dice.chance(weather.suspension)) return suspend(number);
  if (world_.leader == number && dice.chance(weather.lease_loss)) lose_lease();
}

void Fleet::begin_life(int number) {
  Pod& pod = pods_[number];
  pod.health = Health::up;
  pod.incarnation = ++incarnations_;
  const Replica::Place place{world_, api_, pod.driver, pod.wall_offset, number, pod.incarnation};
  pod.life = std::make_unique<Replica>(place, worker_threads_, sabotage_);
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
  pod.life->follow();
  world_.schedule.after(10s, [this, number, phase = pod.phase] {
    if (pods_[number].phase == phase) crash(number);
  });
}

// The machine stands still, and so does everything that this replica has in hand.
void Fleet::suspend(int number) {
  Pod& pod = pods_[number];
  world_.trace([&] { return name_of_writer(number) + ": is suspended"; });
  pod.health = Health::suspended;
  ++pod.phase;
  come_back_after(world_.dice.between(100ms, 30s), number);
  if (world_.leader == number) lease_runs_out_after(15s);
}

void Fleet::come_back_after(std::chrono::nanoseconds wait, int number) {
  world_.schedule.after(wait, [this, number, phase = pods_[number].phase] {
    Pod& pod = pods_[number];
    if (pod.phase != phase) return;
    world_.trace([&] { return name_of_writer(number) + ": is back"; });
    ++pod.phase;
    pod.health = Health::up;
    if (!pod.life) begin_life(number);
    if (world_.leader < 0) elect();
    if (world_.leader == number) {
      ++leases_;  // it renews
      pod.life->lead();
      return;
    }
    // Who slept through the loss of the lease learns of it a little later.
    world_.schedule.after(world_.dice.between(0s, 2s), [this, number, phase = pod.phase] {
      if (pods_[number].phase == phase && world_.leader != number) pods_[number].life->follow();
    });
  });
}

// It cannot be renewed. Nothing new is done, and what is in hand is finished.
void Fleet::lose_lease() {
  const int number = world_.leader;
  world_.trace([&] { return name_of_writer(number) + ": has lost the lease"; });
  world_.invariants.lost_lease(pods_[number].incarnation);
  world_.leader = -1;
  pods_[number].life->follow();
  world_.schedule.after(world_.dice.between(0s, 10s), [this] {
    if (world_.leader < 0) elect();
  });
}

void Fleet::lease_runs_out_after(std::chrono::nanoseconds wait) {
  world_.schedule.after(wait, [this, lease = leases_] {
    if (lease != leases_ || world_.leader < 0) return;
    world_.invariants.lost_lease(pods_[world_.leader].incarnation);
    world_.leader = -1;
    elect();
  });
}

void Fleet::elect() {
  const int first = world_.dice.between(0, 1);
  for (int number : {first, 1 - first}) {
    Pod& pod = pods_[number];
    if (pod.health != Health::up || pod.stopping) continue;
    world_.trace([&] { return name_of_writer(number) + ": leads"; });
    world_.leader = number;
    ++leases_;
    return pod.life->lead();
  }
}

void Fleet::calm() {
  for (int number : {0, 1})
    if (pods_[number].health == Health::suspended) come_back_after(1s, number);
}

}  // namespace simulation
