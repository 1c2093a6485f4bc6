#include "sidecar/sidecar_metrics.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/process_figures.hpp"
#include "base/rfc3339.hpp"
#include "csi/status.hpp"
#include "snapshot/content_interest.hpp"

namespace sidecar {
namespace {

using base::ErrorKind;
using base::Metrics;

// csi-lib-utils' buckets, in seconds.
const std::vector<double> operation_buckets = {0.1, 0.25, 0.5, 1,   2.5, 5,  10,
                                               15,  25,   50,  120, 300, 600};

constexpr std::array first_calls = {"/csi.v1.Identity/Probe", "/csi.v1.Identity/GetPluginInfo"};
constexpr std::array snapshot_calls = {"/csi.v1.Controller/CreateSnapshot",
                                       "/csi.v1.Controller/DeleteSnapshot",
                                       "/csi.v1.Controller/ListSnapshots"};

// Writes and what they are answered with when all is well.
struct Write {
  const char* verb;
  const char* success;
};
constexpr Write writes[] = {
    {"create", "201"}, {"update", "200"}, {"patch", "200"}, {"delete", "200"}};

constexpr snapshot::ContentState counted_states[] = {
    snapshot::ContentState::pending,  snapshot::ContentState::creating,
    snapshot::ContentState::waiting,  snapshot::ContentState::ready,
    snapshot::ContentState::deleting, snapshot::ContentState::standing,
};

constexpr ErrorKind all_kinds[] = {
    ErrorKind::aborted,         ErrorKind::already_exists,
    ErrorKind::cancelled,       ErrorKind::conflict,
    ErrorKind::data_loss,       ErrorKind::exhausted,
    ErrorKind::expired,         ErrorKind::failed_precondition,
    ErrorKind::forbidden,       ErrorKind::internal,
    ErrorKind::invalid,         ErrorKind::malformed,
    ErrorKind::not_found,       ErrorKind::out_of_range,
    ErrorKind::throttled,       ErrorKind::timed_out,
    ErrorKind::unauthenticated, ErrorKind::unavailable,
    ErrorKind::unimplemented,   ErrorKind::unknown,
};

// The name of the gRPC code; for what gRPC has none for, one in the same style.
std::string code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::conflict:
      return "Conflict";
    case ErrorKind::expired:
      return "Expired";
    case ErrorKind::malformed:
      return "Malformed";
    case ErrorKind::throttled:
      return "TooManyRequests";
    default:
      return csi::code_name(csi::grpc_code(kind));
  }
}

base::MetricLabels operation(const std::string& driver, const std::string& method,
                             const std::string& code) {
  return {{"driver_name", driver}, {"method_name", method}, {"grpc_status_code", code}};
}

}  // namespace

SidecarMetrics::SidecarMetrics(const base::Clock& clock, bool elects)
    : clock_(clock),
      content_queue_(metrics_, clock, "csi-snapshotter-content"),
      group_content_queue_(metrics_, clock, "csi-snapshotter-groupsnapshotcontent") {
  base::add_process_metrics(metrics_);
  operations_ = metrics_.histograms(
      "csi_sidecar_operations_seconds",
      "How long calls to the CSI driver took, in seconds, by how they ended.", operation_buckets);
  for (const char* method : first_calls) operations_.with(operation(driver_, method, "OK"));
  writes_ = metrics_.counters(
      "csi_snapshotter_api_writes_total",
      "Writes sent to the API server, by the HTTP status of the answer; \"none\": there was none.");
  for (const Write& write : writes) writes_.with({{"verb", write.verb}, {"code", write.success}});
  retries_ = metrics_.counters("csi_snapshotter_retries_total",
                               "Failures after which an object is worked on again, by code.");
  for (const ErrorKind kind : all_kinds) retries_.with({{"code", code_of(kind)}});
  driver_connected_ =
      metrics_.gauges("csi_snapshotter_driver_connected", "1 while the CSI driver answers.")
          .with({});
  add_contents();
  add_leadership(elects);
}

void SidecarMetrics::add_contents() {
  count_by_state("csi_snapshotter_contents", "VolumeSnapshotContents of this driver, by state.",
                 contents_);
  count_by_state("csi_snapshotter_group_contents",
                 "VolumeGroupSnapshotContents of this driver, by state.", group_contents_);
  metrics_.collected_gauges(
      "csi_snapshotter_oldest_unfinished_seconds",
      "Age of the oldest content, of a snapshot or a group, that is not finished; 0: there is "
      "none.",
      [this] { return std::vector{Metrics::Sample({}, oldest_unfinished_seconds())}; });
}

void SidecarMetrics::count_by_state(std::string name, std::string help,
                                    const kube::WorkCache* const& contents) {
  metrics_.collected_gauges(std::move(name), std::move(help), [&contents] {
    std::vector<Metrics::Sample> samples;
    for (const snapshot::ContentState state : counted_states) {
      const base::MetricLabels labels{{"state", std::string(snapshot::to_string(state))}};
      const std::size_t count = contents ? contents->count(static_cast<std::uint8_t>(state)) : 0;
      samples.emplace_back(labels, static_cast<double>(count));
    }
    return samples;
  });
}

void SidecarMetrics::add_leadership(bool elects) {
  leads_ = metrics_
               .gauges("csi_snapshotter_leading",
                       "1 while this process may work: it is the leader, or there is no election.")
               .with({});
  leads_.set(elects ? 0 : 1);
  if (!elects) return;
  // Upstream names its election nothing.
  const base::MetricLabels unnamed{{"name", ""}};
  master_status_ =
      metrics_.gauges("leader_election_master_status", "1 while this process is the leader.")
          .with(unnamed);
  slow_renewals_ = metrics_
                       .counters("leader_election_slowpath_total",
                                 "Renewals of the lease that had to read it first.")
                       .with(unnamed);
}

void SidecarMetrics::driver_named(const std::string& name) {
  driver_ = name;
  for (const char* method : snapshot_calls) operations_.with(operation(driver_, method, "OK"));
}

csi::OnCall SidecarMetrics::csi_observer() {
  return [this](const csi::CallSeen& call) { call_over(call); };
}

void SidecarMetrics::call_over(const csi::CallSeen& call) {
  const std::string code = call.code.empty() ? "unknown-non-grpc" : call.code;
  operations_.with(operation(driver_, call.method, code))
      .observe(std::chrono::duration<double>(call.took).count());
}

kube::OnRequest SidecarMetrics::api_observer() {
  return [this](const kube::SentRequest& request) {
    const bool is_write =
        std::any_of(std::begin(writes), std::end(writes),
                    [&](const Write& write) { return request.verb == write.verb; });
    if (!is_write) return;
    const std::string code = request.status == 0 ? "none" : std::to_string(request.status);
    writes_.with({{"verb", request.verb}, {"code", code}}).increment();
  };
}

void SidecarMetrics::retried(ErrorKind why) {
  retries_.with({{"code", code_of(why)}}).increment();
}

void SidecarMetrics::driver_connected(bool connected) {
  driver_connected_.set(connected ? 1 : 0);
}

void SidecarMetrics::leading(bool leads) {
  leads_.set(leads ? 1 : 0);
  master_status_.set(leads ? 1 : 0);
}

void SidecarMetrics::slow_renewal() {
  slow_renewals_.increment();
}

double SidecarMetrics::oldest_unfinished_seconds() const {
  const base::WallTime now = clock_.wall_now();
  base::WallTime oldest = now;
  const auto look_at = [&](const std::string&, const boost::json::value& object) {
    const auto created =
        base::parse_metadata_time(base::text(object, "metadata", "creationTimestamp"));
    if (created) oldest = std::min(oldest, *created);
  };
  if (contents_) contents_->for_each_unfinished(look_at);
  if (group_contents_) group_contents_->for_each_unfinished(look_at);
  return std::chrono::duration<double>(now - oldest).count();
}

base::DiagnosticsReply SidecarMetrics::page() const {
  base::DiagnosticsReply reply(metrics_.expose());
  reply.content_type = Metrics::content_type;
  if (const auto figures = base::read_process_figures())
    reply.headers.emplace_back("Process-Start-Time-Unix",
                               std::to_string(static_cast<long long>(figures->start_time)));
  return reply;
}

}  // namespace sidecar
