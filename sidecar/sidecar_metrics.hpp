#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/diagnostics_server.hpp"
#include "base/error.hpp"
#include "base/metrics.hpp"
#include "csi/connection.hpp"
#include "kube/api/sent_request.hpp"
#include "kube/cache/work_cache.hpp"
#include "kube/queue/queue_metrics.hpp"

namespace sidecar {

// Everything that the sidecar lets Prometheus scrape: upstream's names, labels and buckets
// (spec/sidecar.md 1.7), and figures of our own, csi_snapshotter_*, that say what is stuck. All of
// it is there from the start, at zero, so that rates are right from the first event on.
//
// Exists only where an HTTP address was given. It must outlive whoever has one of its observers.
class SidecarMetrics {
 public:
  // `elects`: whether this process takes part in leader election; if not, the leader_election_*
  // metrics are missing, as upstream's are. Does not own the clock, which must live longer.
  SidecarMetrics(const base::Clock& clock, bool elects);
  SidecarMetrics(const SidecarMetrics&) = delete;
  SidecarMetrics& operator=(const SidecarMetrics&) = delete;

  // Calls count for "unknown-driver" until the name is known.
  void driver_named(const std::string& name);
  csi::OnCall csi_observer();
  // Counts the writes.
  kube::OnRequest api_observer();
  kube::QueueObserver& content_queue() { return content_queue_; }
  kube::QueueObserver& group_content_queue() { return group_content_queue_; }

  // Where the gauges about contents come from, of snapshots and of groups; null, and they are 0:
  // nothing is watched. It must be called with null before those caches go.
  void watch_contents(const kube::WorkCache* contents, const kube::WorkCache* groups) {
    contents_ = contents;
    group_contents_ = groups;
  }
  // The work on an object ended with this error and will be done again.
  void retried(base::ErrorKind why);
  void driver_connected(bool connected);
  void leading(bool leads);
  // A renewal of the lease had to ask the API server for the lease first.
  void slow_renewal();

  // The page for Prometheus.
  base::DiagnosticsReply page() const;

 private:
  void add_contents();
  void count_by_state(std::string name, std::string help, const kube::WorkCache* const& contents);
  void add_leadership(bool elects);
  void call_over(const csi::CallSeen& call);
  double oldest_unfinished_seconds() const;

  const base::Clock& clock_;
  base::Metrics metrics_;
  kube::QueueMetrics content_queue_;
  kube::QueueMetrics group_content_queue_;
  const kube::WorkCache* contents_ = nullptr;
  const kube::WorkCache* group_contents_ = nullptr;
  std::string driver_ = "unknown-driver";
  base::Histograms operations_;
  base::Counters writes_;
  base::Counters retries_;
  base::Gauge driver_connected_;
  base::Gauge leads_;
  base::Gauge master_status_;
  base::Counter slow_renewals_;
};

}  // namespace sidecar
