#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/log_settings.hpp"
#include "sidecar/feature_gates.hpp"
#include "snapshot/snapshot_name.hpp"

namespace sidecar {

// --leader-election and its kin. Only `enabled` counts when there is no election.
struct LeaderElectionOptions {
  bool enabled = false;
  std::string lease_namespace;                                         // empty: the pod's
  std::chrono::nanoseconds lease_duration = std::chrono::seconds(15);  // written in whole seconds
  std::chrono::nanoseconds renew_deadline = std::chrono::seconds(10);
  std::chrono::nanoseconds retry_period = std::chrono::seconds(5);
  std::map<std::string, std::string> labels;  // written on the Lease
};

// What the program is asked to do. Names and defaults are upstream's (spec/sidecar.md 1.2), but for
// the throttle: there is none unless --kube-api-qps asks for it (design.md 3.10).
struct Options {
  std::string csi_address = "/run/csi/socket";
  std::string kubeconfig;                                      // empty: in-cluster
  std::chrono::nanoseconds timeout = std::chrono::minutes(1);  // of one CSI operation
  std::int64_t worker_threads = 10;                            // contents in hand at once
  std::chrono::nanoseconds retry_interval_start = std::chrono::seconds(1);
  std::chrono::nanoseconds retry_interval_max = std::chrono::minutes(5);  // caps the former
  std::chrono::nanoseconds resync_period = std::chrono::minutes(15);
  snapshot::NameRule names;
  snapshot::NameRule group_names{"groupsnapshot", -1};
  double kube_api_qps = -1;  // below zero: no throttle
  std::int64_t kube_api_burst = 10;
  bool extra_create_metadata = false;
  bool node_deployment = false;  // only contents that carry this node's label
  std::string node_name;         // $NODE_NAME
  FeatureGates gates;
  LeaderElectionOptions leader_election;
  std::string http_endpoint;    // where metrics and health are served, "host:port"; empty: nowhere
  std::string metrics_address;  // the same without health; deprecated
  std::string metrics_path = "/metrics";
  base::LogSettings log;
  std::vector<std::string> ignored_flags;  // "-logtostderr": given, and without effect
  bool show_version = false;
  bool show_help = false;
};

// Why the program does not start.
struct Refusal {
  int exit_status;  // upstream's for the same fault
  base::Error why;
};

// What no flag parser sees: values that contradict each other or can never work.
std::optional<Refusal> find_refusal(const Options& options);

}  // namespace sidecar
