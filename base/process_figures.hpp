#pragma once

#include <optional>
#include <string>

#include "base/metrics.hpp"

namespace base {

// What the kernel says of this process.
class ProcessFigures {
 public:
  ProcessFigures() = default;

  double cpu_seconds = 0;  // user and system
  double virtual_bytes = 0;
  double resident_bytes = 0;
  double start_time = 0;  // seconds since the epoch
  double open_fds = 0;
  double max_fds = 0;  // the soft limit
};

// Reads them from `proc`; nothing if it has not the shape that Linux gives it.
std::optional<ProcessFigures> read_process_figures(const std::string& proc = "/proc");

// Adds the process_* metrics, under the names that every Prometheus client uses. They are read at
// each scrape, and left out if that fails.
void add_process_metrics(Metrics& metrics);

}  // namespace base
