#pragma once

#include "tests/simulation/dice.hpp"

namespace simulation {

// How likely each kind of trouble is in one history. Each is absent in about half of them, so that
// rare combinations are not always drowned in others.
class Weather {
 public:
  static Weather calm() { return Weather(); }
  static Weather drawn(Dice& dice);

  bool stormy = false;  // delays may be long

  // Per request to the API server.
  double api_refuses = 0;      // 429, 500, 503: not done
  double api_loses_reply = 0;  // done or not, nobody is told
  double api_conflicts = 0;    // 409 out of the blue

  // Per list, and per event of a watch.
  double small_pages = 0;
  double list_is_stale = 0;
  double watch_lags = 0;
  double watch_ends = 0;  // cleanly, broken, garbled, 410
  double bookmarks = 0;
  double compaction = 0;

  // Per call to the driver.
  double driver_refuses = 0;        // non-final: not done
  double driver_rejects = 0;        // final: not done, and nothing under way
  double driver_rejects_known = 0;  // the same, although an earlier try was done or is under way
  double driver_loses_reply = 0;    // done now or later, answered with a non-final code
  double driver_is_slow = 0;

  // Per second.
  double crash = 0;
  double suspension = 0;
  double lease_loss = 0;
  double shutdown = 0;
  double driver_restart = 0;
  double clock_jump = 0;
};

}  // namespace simulation
