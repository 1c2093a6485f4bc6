#include "sidecar/sidecar_metrics.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "base/json.hpp"
#include "sidecar/content_verdict.hpp"
#include "tests/support/contents.hpp"
#include "tests/support/exposition.hpp"
#include "tests/support/manual_clock.hpp"

namespace {

using namespace std::chrono_literals;
using base::ErrorKind;
using tests::Exposition;
using Labels = std::map<std::string, std::string>;

struct World {
  boost::asio::io_context io;
  ManualClock clock{io};
  sidecar::SidecarMetrics metrics{clock, true};
  kube::WorkCache contents{[](const boost::json::value& object) {
                             return sidecar::verdict_of(object, snapshot::individual,
                                                        tests::driver_name);
                           },
                           [](const std::string&, kube::News) {}};

  Exposition page() const { return Exposition(metrics.page().body); }
  void appears(boost::json::value content) {
    contents.event(kube::EventType::added, std::move(content));
  }
};

tests::Change created(std::string time) {
  return [time](boost::json::value& content) {
    content.as_object()["metadata"].as_object()["creationTimestamp"] = time;
  };
}

csi::CallSeen call(std::string method, std::string code, std::chrono::nanoseconds took) {
  csi::CallSeen call;
  call.method = std::move(method);
  call.code = std::move(code);
  call.took = took;
  return call;
}

kube::SentRequest sent(std::string verb, int status) {
  kube::SentRequest request;
  request.verb = std::move(verb);
  request.resource = "volumesnapshotcontents";
  request.status = status;
  return request;
}

Labels operation(std::string driver, std::string method, std::string code) {
  return {{"driver_name", driver}, {"method_name", method}, {"grpc_status_code", code}};
}

const std::string probe = "/csi.v1.Identity/Probe";
const std::string create = "/csi.v1.Controller/CreateSnapshot";

}  // namespace

TEST_CASE("all that is promised is there from the start, at zero") {
  struct Row {
    const char* family;
    const char* type;
    const char* series;
    Labels labels;
  };
  std::vector<Row> table = {
      {"csi_sidecar_operations_seconds", "histogram", "csi_sidecar_operations_seconds_count",
       operation("unknown-driver", probe, "OK")},
      {"leader_election_master_status", "gauge", "leader_election_master_status", {{"name", ""}}},
      {"leader_election_slowpath_total",
       "counter",
       "leader_election_slowpath_total",
       {{"name", ""}}},
      {"csi_snapshotter_oldest_unfinished_seconds",
       "gauge",
       "csi_snapshotter_oldest_unfinished_seconds",
       {}},
      {"csi_snapshotter_driver_connected", "gauge", "csi_snapshotter_driver_connected", {}},
      {"csi_snapshotter_leading", "gauge", "csi_snapshotter_leading", {}},
      {"csi_snapshotter_api_writes_total",
       "counter",
       "csi_snapshotter_api_writes_total",
       {{"verb", "patch"}, {"code", "200"}}},
      {"csi_snapshotter_api_writes_total",
       "counter",
       "csi_snapshotter_api_writes_total",
       {{"verb", "create"}, {"code", "201"}}},
      {"csi_snapshotter_retries_total",
       "counter",
       "csi_snapshotter_retries_total",
       {{"code", "DeadlineExceeded"}}},
      {"csi_snapshotter_retries_total",
       "counter",
       "csi_snapshotter_retries_total",
       {{"code", "Conflict"}}},
  };
  for (const char* family : {"csi_snapshotter_contents", "csi_snapshotter_group_contents"})
    for (const char* state : {"pending", "creating", "waiting", "ready", "deleting", "standing"})
      table.push_back({family, "gauge", family, {{"state", state}}});
  for (const char* queue : {"csi-snapshotter-content", "csi-snapshotter-groupsnapshotcontent"}) {
    const Labels name{{"name", queue}};
    table.push_back({"workqueue_depth", "gauge", "workqueue_depth", name});
    table.push_back({"workqueue_adds_total", "counter", "workqueue_adds_total", name});
    table.push_back({"workqueue_retries_total", "counter", "workqueue_retries_total", name});
    table.push_back({"workqueue_queue_duration_seconds", "histogram",
                     "workqueue_queue_duration_seconds_count", name});
    table.push_back({"workqueue_work_duration_seconds", "histogram",
                     "workqueue_work_duration_seconds_count", name});
    table.push_back(
        {"workqueue_unfinished_work_seconds", "gauge", "workqueue_unfinished_work_seconds", name});
    table.push_back({"workqueue_longest_running_processor_seconds", "gauge",
                     "workqueue_longest_running_processor_seconds", name});
  }
  const World world;
  const Exposition page = world.page();
  for (const Row& row : table) {
    INFO(row.series << " " << Catch::Detail::stringify(row.labels));
    REQUIRE(page.has(row.family));
    CHECK(page.family(row.family).type == row.type);
    CHECK(!page.family(row.family).help.empty());
    CHECK(page.value(row.series, row.labels) == 0);
  }
  CHECK(page.value("process_start_time_seconds") > 0);
}

TEST_CASE("an operation's bounds are those of upstream's sidecars") {
  const World world;
  const std::vector<std::string> expected = {"0.1", "0.25", "0.5", "1",   "2.5", "5",   "10",
                                             "15",  "25",   "50",  "120", "300", "600", "+Inf"};
  CHECK(world.page().bounds("csi_sidecar_operations_seconds",
                            operation("unknown-driver", probe, "OK")) == expected);
}

TEST_CASE("without leader election its metrics are missing, and this process may work") {
  World world;
  const sidecar::SidecarMetrics metrics(world.clock, false);
  const Exposition page(metrics.page().body);
  CHECK(!page.has("leader_election_master_status"));
  CHECK(!page.has("leader_election_slowpath_total"));
  CHECK(page.value("csi_snapshotter_leading") == 1);
}

TEST_CASE("calls are counted for the driver as far as its name is known") {
  World world;
  const csi::OnCall observe = world.metrics.csi_observer();
  observe(call(probe, "OK", 300ms));
  world.metrics.driver_named("csi.example.com");
  CHECK(world.page().value("csi_sidecar_operations_seconds_count",
                           operation("csi.example.com", create, "OK")) == 0);
  observe(call(create, "DeadlineExceeded", 61s));
  observe(call(create, "", 1s));
  const Exposition page = world.page();
  CHECK(page.value("csi_sidecar_operations_seconds_sum",
                   operation("unknown-driver", probe, "OK")) == Approx(0.3));
  Labels timed_out = operation("csi.example.com", create, "DeadlineExceeded");
  CHECK(page.value("csi_sidecar_operations_seconds_count", timed_out) == 1);
  timed_out["le"] = "50";
  CHECK(page.value("csi_sidecar_operations_seconds_bucket", timed_out) == 0);
  timed_out["le"] = "120";
  CHECK(page.value("csi_sidecar_operations_seconds_bucket", timed_out) == 1);
  CHECK(page.value("csi_sidecar_operations_seconds_count",
                   operation("csi.example.com", create, "unknown-non-grpc")) == 1);
}

TEST_CASE("of the API server's requests the writes are counted") {
  World world;
  const kube::OnRequest observe = world.metrics.api_observer();
  observe(sent("patch", 200));
  observe(sent("patch", 409));
  observe(sent("patch", 0));
  observe(sent("get", 200));
  observe(sent("watch", 200));
  const Exposition page = world.page();
  CHECK(page.value("csi_snapshotter_api_writes_total", {{"verb", "patch"}, {"code", "200"}}) == 1);
  CHECK(page.value("csi_snapshotter_api_writes_total", {{"verb", "patch"}, {"code", "409"}}) == 1);
  CHECK(page.value("csi_snapshotter_api_writes_total", {{"verb", "patch"}, {"code", "none"}}) == 1);
  for (const tests::Series& series : page.family("csi_snapshotter_api_writes_total").series)
    CHECK((series.labels.at("verb") != "get" && series.labels.at("verb") != "watch"));
}

TEST_CASE("contents are counted by state, and the oldest with work left is told") {
  World world;
  world.metrics.watch_contents(&world.contents, nullptr);
  world.appears(
      tests::content_with({tests::named("done"), tests::ready(), created("2001-01-01T00:00:00Z")}));
  world.appears(tests::content_with({tests::named("odd"), created("long ago")}));
  CHECK(world.page().value("csi_snapshotter_oldest_unfinished_seconds") == 0);
  world.appears(tests::content_with({tests::named("new"), created("2026-01-01T00:00:00Z")}));
  world.appears(tests::content_with(
      {tests::named("old"), tests::being_created(), created("2020-01-01T00:00:00Z")}));
  const base::WallTime old = base::WallTime() + 1577836800s;  // 2020
  const double age = std::chrono::duration<double>(world.clock.wall_now() - old).count();
  const Exposition page = world.page();
  CHECK(page.value("csi_snapshotter_contents", {{"state", "pending"}}) == 2);
  CHECK(page.value("csi_snapshotter_contents", {{"state", "creating"}}) == 1);
  CHECK(page.value("csi_snapshotter_contents", {{"state", "ready"}}) == 1);
  CHECK(page.value("csi_snapshotter_oldest_unfinished_seconds") == Approx(std::max(age, 0.0)));

  world.metrics.watch_contents(nullptr, nullptr);
  CHECK(world.page().value("csi_snapshotter_contents", {{"state", "pending"}}) == 0);
}

TEST_CASE("states and events") {
  World world;
  world.metrics.driver_connected(true);
  world.metrics.leading(true);
  world.metrics.slow_renewal();
  world.metrics.retried(ErrorKind::exhausted);
  world.metrics.retried(ErrorKind::throttled);
  world.metrics.content_queue().added("a");
  const Exposition page = world.page();
  CHECK(page.value("csi_snapshotter_driver_connected") == 1);
  CHECK(page.value("csi_snapshotter_leading") == 1);
  CHECK(page.value("leader_election_master_status", {{"name", ""}}) == 1);
  CHECK(page.value("leader_election_slowpath_total", {{"name", ""}}) == 1);
  CHECK(page.value("csi_snapshotter_retries_total", {{"code", "ResourceExhausted"}}) == 1);
  CHECK(page.value("csi_snapshotter_retries_total", {{"code", "TooManyRequests"}}) == 1);
  CHECK(page.value("workqueue_depth", {{"name", "csi-snapshotter-content"}}) == 1);
  world.metrics.leading(false);
  CHECK(world.page().value("leader_election_master_status", {{"name", ""}}) == 0);
}

TEST_CASE("the page says what it is and when the process began") {
  const World world;
  const base::DiagnosticsReply reply = world.metrics.page();
  CHECK_THAT(reply.content_type, Catch::StartsWith("text/plain; version=0.0.4"));
  REQUIRE(reply.headers.size() == 1);
  CHECK(reply.headers[0].first == "Process-Start-Time-Unix");
  CHECK(std::stoll(reply.headers[0].second) > 1'600'000'000);
}
