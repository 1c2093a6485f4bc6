#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "snapshot/snapshot_name.hpp"

namespace sidecar {

// The command line, checked. Names and defaults are upstream's (spec/sidecar.md 1.2), but for the
// throttle: there is none unless --kube-api-qps asks for it (design.md 3.10).
struct Options {
  std::string csi_address = "/run/csi/socket";
  std::string kubeconfig;                                      // empty: in-cluster
  std::chrono::nanoseconds timeout = std::chrono::minutes(1);  // of one CSI operation
  std::int64_t worker_threads = 10;                            // contents in hand at once
  std::chrono::nanoseconds retry_interval_start = std::chrono::seconds(1);
  std::chrono::nanoseconds retry_interval_max = std::chrono::minutes(5);
  std::chrono::nanoseconds resync_period = std::chrono::minutes(15);
  snapshot::NameRule names;
  double kube_api_qps = -1;  // below zero: no throttle
  std::int64_t kube_api_burst = 10;
  bool extra_create_metadata = false;
  base::Logger::Options log;
  bool show_version = false;
  bool show_help = false;
};

// The flags as given; the error's text is for stderr, followed by usage(), with exit status 2.
base::Result<Options> parse_command_line(const std::string& program,
                                         const std::vector<std::string>& words);

std::string usage(const std::string& program);

// What no flag parser sees: values that contradict each other or can never work. Exit status 1.
base::Result<void> check(const Options& options);

}  // namespace sidecar
