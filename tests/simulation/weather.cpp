#include "tests/simulation/weather.hpp"

namespace simulation {
namespace {

// Absent in half of the histories, else between a fifth of `most` and `most`.
double rate(Dice& dice, double most) {
  return dice.chance(0.5) ? 0 : most * (0.2 + 0.8 * dice.fraction());
}

}  // namespace

Weather Weather::drawn(Dice& dice) {
  Weather weather;
  weather.stormy = dice.chance(0.5);
  weather.api_refuses = rate(dice, 0.15);
  weather.api_loses_reply = rate(dice, 0.15);
  weather.api_conflicts = rate(dice, 0.1);
  weather.small_pages = rate(dice, 0.5);
  weather.list_is_stale = rate(dice, 0.5);
  weather.watch_lags = rate(dice, 0.2);
  weather.watch_ends = rate(dice, 0.1);
  weather.bookmarks = rate(dice, 0.2);
  weather.compaction = rate(dice, 0.1);
  weather.driver_refuses = rate(dice, 0.2);
  weather.driver_rejects = rate(dice, 0.1);
  weather.driver_rejects_known = rate(dice, 0.05);
  weather.driver_loses_reply = rate(dice, 0.3);
  weather.driver_is_slow = rate(dice, 0.3);
  weather.crash = rate(dice, 0.06);
  weather.suspension = rate(dice, 0.03);
  weather.lease_loss = rate(dice, 0.03);
  weather.shutdown = rate(dice, 0.03);
  weather.driver_restart = rate(dice, 0.04);
  weather.clock_jump = rate(dice, 0.05);
  return weather;
}

}  // namespace simulation
