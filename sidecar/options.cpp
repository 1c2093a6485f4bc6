#include "sidecar/options.hpp"

#include <cstdlib>

#include "base/go_duration.hpp"

namespace sidecar {
namespace {

using base::Error;
using base::ErrorKind;
using base::Result;

// What Go's klog.Fatal ends with.
constexpr int exit_fatal = 255;

Error refused(std::string why) {
  return Error(ErrorKind::invalid, std::move(why));
}

Result<void> positive(const char* flag, std::chrono::nanoseconds value) {
  if (value.count() > 0) return {};
  return refused(std::string(flag) + " must be longer than 0, not " +
                 base::format_go_duration(value));
}

Result<void> check_work(const Options& options) {
  const Result<void> checks[] = {
      snapshot::check(options.names),
      positive("--timeout", options.timeout),
      positive("--retry-interval-start", options.retry_interval_start),
      positive("--retry-interval-max", options.retry_interval_max),
  };
  for (const Result<void>& checked : checks)
    if (!checked) return checked.error();
  if (options.worker_threads < 1)
    return refused("--worker-threads must be at least 1, not " +
                   std::to_string(options.worker_threads));
  if (options.kube_api_qps > 0 && options.kube_api_burst < 1)
    return refused("--kube-api-burst must be at least 1 when --kube-api-qps limits requests");
  if (options.gates.group_snapshots())
    return snapshot::check(options.group_names, "--groupsnapshot-name");
  return {};
}

// client-go's conditions: a leader that cannot renew must have given up, with one more try made,
// before anybody else may take the lease.
Result<void> check_election(const LeaderElectionOptions& election) {
  if (!election.enabled) return {};
  const Result<void> checks[] = {
      positive("--leader-election-lease-duration", election.lease_duration),
      positive("--leader-election-renew-deadline", election.renew_deadline),
      positive("--leader-election-retry-period", election.retry_period),
  };
  for (const Result<void>& checked : checks)
    if (!checked) return checked.error();
  if (election.lease_duration < std::chrono::seconds(1))
    return refused(
        "--leader-election-lease-duration must be at least 1s: a Lease holds whole "
        "seconds");
  if (election.lease_duration <= election.renew_deadline)
    return refused("--leader-election-lease-duration (" +
                   base::format_go_duration(election.lease_duration) +
                   ") must be longer than --leader-election-renew-deadline (" +
                   base::format_go_duration(election.renew_deadline) + ")");
  constexpr double jitter = 1.2;  // client-go's JitterFactor
  if (static_cast<double>(election.renew_deadline.count()) <=
      jitter * static_cast<double>(election.retry_period.count()))
    return refused("--leader-election-renew-deadline (" +
                   base::format_go_duration(election.renew_deadline) +
                   ") must be longer than 1.2 times --leader-election-retry-period (" +
                   base::format_go_duration(election.retry_period) + ")");
  return {};
}

Result<void> check_diagnostics(const Options& options) {
  const bool both = !options.metrics_address.empty() && !options.http_endpoint.empty();
  const bool none = options.metrics_address.empty() && options.http_endpoint.empty();
  if (both)
    return refused("--metrics-address and --http-endpoint exclude each other: give the latter");
  if (!none && !options.metrics_path.starts_with('/'))
    return refused("--metrics-path must start with /, not \"" + options.metrics_path + "\"");
  return {};
}

}  // namespace

std::optional<Refusal> find_refusal(const Options& options) {
  if (const auto log = base::log_options(options.log); !log)
    return Refusal{EXIT_FAILURE, log.error()};
  if (const auto gates = options.gates.check(); !gates) return Refusal{exit_fatal, gates.error()};
  if (options.node_deployment && options.leader_election.enabled)
    return Refusal{EXIT_FAILURE, refused("--leader-election has no place with --node-deployment: "
                                         "there each node works on its own contents")};
  if (options.node_deployment && options.node_name.empty())
    return Refusal{exit_fatal, refused("--node-deployment needs the name of the node in the "
                                       "environment variable NODE_NAME")};
  const Result<void> checks[] = {
      check_diagnostics(options),
      check_work(options),
      check_election(options.leader_election),
  };
  for (const Result<void>& checked : checks)
    if (!checked) return Refusal{EXIT_FAILURE, checked.error()};
  return std::nullopt;
}

}  // namespace sidecar
