#include "sidecar/command_line.hpp"

#include <algorithm>

#include "base/flags.hpp"

namespace sidecar {
namespace {

using base::Error;
using base::ErrorKind;
using base::Result;

// "key:value,key:value": each item has exactly one colon, and an empty text is an item without any.
Result<void> add_labels(std::string_view list, std::map<std::string, std::string>& labels) {
  std::map<std::string, std::string> all = labels;
  for (std::size_t at = 0; at <= list.size();) {
    const std::string_view item = list.substr(at, list.find(',', at) - at);
    at += item.size() + 1;
    const std::size_t colon = item.find(':');
    if (colon == std::string_view::npos || item.find(':', colon + 1) != std::string_view::npos)
      return Error(ErrorKind::invalid,
                   "\"" + std::string(item) + "\" is not of the form key:value");
    all.insert_or_assign(std::string(item.substr(0, colon)), std::string(item.substr(colon + 1)));
  }
  labels = std::move(all);
  return {};
}

void add_work_flags(base::Flags& flags, Options& options) {
  flags.add("csi-address", &options.csi_address,
            "Path of the CSI driver's socket, or unix:// and that path.");
  flags.add("timeout", &options.timeout, "How long one call to the CSI driver may take.");
  flags.add("worker-threads", &options.worker_threads,
            "How many VolumeSnapshotContents may be worked on at once, and as many groups.");
  flags.add("retry-interval-start", &options.retry_interval_start,
            "Wait before the first retry of a failed snapshot; it doubles with each failure.");
  flags.add("retry-interval-max", &options.retry_interval_max,
            "Longest wait between retries of a failed snapshot.");
  flags.add("resync-period", &options.resync_period,
            "How often unfinished contents are looked at again without a reason.");
  flags.add("extra-create-metadata", &options.extra_create_metadata,
            "Give the names of the VolumeSnapshot and its content to the driver as parameters.");
  flags.add("node-deployment", &options.node_deployment,
            "One sidecar for each node, for volumes that are local to it: only contents with the "
            "label of the node in $NODE_NAME are worked on.");
  flags.add(
      "feature-gates", [&options](const std::string& pairs) { return options.gates.add(pairs); },
      "Name=true,Other=false: switches for parts of the program. Those of the API server's "
      "library are accepted without effect. Names:\n" +
          FeatureGates::describe());
}

void add_name_flags(base::Flags& flags, Options& options) {
  flags.add("snapshot-name-prefix", &options.names.prefix,
            "First part of the name that the CSI driver gets for a snapshot.");
  flags.add("snapshot-name-uuid-length", &options.names.uuid_length,
            "How many characters of the VolumeSnapshot's uid, without dashes, go into the name; "
            "-1: the whole uid with its dashes.");
  flags.add("groupsnapshot-name-prefix", &options.group_names.prefix,
            "First part of the name that the CSI driver gets for a group snapshot.");
  flags.add("groupsnapshot-name-uuid-length", &options.group_names.uuid_length,
            "How many characters of the VolumeGroupSnapshot's uid, without dashes, go into the "
            "name; -1: the whole uid with its dashes.");
}

void add_api_flags(base::Flags& flags, Options& options) {
  flags.add("kubeconfig", &options.kubeconfig,
            "Path of a kubeconfig file. Without it the pod's service account is used; $KUBECONFIG "
            "and ~/.kube/config are not.");
  flags.add("kube-api-qps", &options.kube_api_qps,
            "Requests per second to the API server; below 0: no limit but the server's own. 0 "
            "means 5, as in the original.");
  flags.add("kube-api-burst", &options.kube_api_burst,
            "Requests that may go out at once before --kube-api-qps holds.");
}

void add_election_flags(base::Flags& flags, LeaderElectionOptions& election) {
  flags.add("leader-election", &election.enabled,
            "Of several replicas let one work: the holder of a Lease.");
  flags.add("leader-election-namespace", &election.lease_namespace,
            "Where the Lease is. Without it $POD_NAMESPACE, then the service account's namespace, "
            "then default.");
  flags.add("leader-election-lease-duration", &election.lease_duration,
            "How long a Lease that is not renewed keeps the others out.");
  flags.add("leader-election-renew-deadline", &election.renew_deadline,
            "How long the holder tries to renew before it stops to work.");
  flags.add("leader-election-retry-period", &election.retry_period,
            "Wait between two tries to get or to renew the Lease.");
  flags.add(
      "leader-election-labels",
      [&election](const std::string& list) { return add_labels(list, election.labels); },
      "key:value,...: labels for the Lease; may be repeated.");
}

void add_diagnostics_flags(base::Flags& flags, Options& options) {
  flags.add("http-endpoint", &options.http_endpoint,
            "Address for metrics and health checks, such as :8080. Empty: not served.");
  flags.add("metrics-address", &options.metrics_address,
            "Deprecated, use --http-endpoint: address for metrics alone.");
  flags.add("metrics-path", &options.metrics_path, "Where the metrics are at that address.");
}

base::Flags flags_into(const std::string& program, Options& options, bool& automaxprocs) {
  base::Flags flags(program);
  add_work_flags(flags, options);
  add_name_flags(flags, options);
  add_api_flags(flags, options);
  add_election_flags(flags, options.leader_election);
  add_diagnostics_flags(flags, options);
  base::add_log_flags(flags, options.log);
  flags.add("automaxprocs", &automaxprocs,
            "Accepted for compatibility: there is one thread, whatever the CPU quota.");
  flags.add("version", &options.show_version, "Print the version and exit.");
  return flags;
}

}  // namespace

Result<Options> parse_command_line(const std::string& program,
                                   const std::vector<std::string>& words) {
  Options options;
  bool automaxprocs = false;
  Result<base::Flags::Parsed> parsed = flags_into(program, options, automaxprocs).parse(words);
  if (!parsed) return parsed.error();
  options.show_help = parsed->help;
  options.ignored_flags = std::move(parsed->ignored);
  if (options.kube_api_qps == 0) {
    // client-go reads zeros as its own defaults.
    options.kube_api_qps = 5;
    if (options.kube_api_burst == 0) options.kube_api_burst = 10;
  }
  return options;
}

std::string usage(const std::string& program) {
  Options options;
  bool automaxprocs = false;
  return flags_into(program, options, automaxprocs).usage();
}

}  // namespace sidecar
