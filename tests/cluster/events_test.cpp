#include <csignal>

#include <catch2/catch.hpp>

#include "tests/cluster/cluster.hpp"

using namespace tests;
using Json = Cluster::Json;

namespace {

const std::vector<std::string> quick_retries{"--retry-interval-start=20ms",
                                             "--retry-interval-max=50ms"};

}  // namespace

TEST_CASE("a create that keeps failing is told once, on the content, as the original tells it") {
  Cluster cluster;
  cluster.add_class("fast");
  cluster.add_content("content-0", "no-such-volume");
  const auto sidecar = cluster.sidecar(quick_retries);
  const auto tries = [&] { return cluster.driver().calls().count("CreateSnapshot"); };
  REQUIRE(cluster.run_until(
      [&] { return tries() >= 10 && !cluster.events("SnapshotCreationFailed").empty(); }));
  const std::vector<Json> events = cluster.events("SnapshotCreationFailed");
  REQUIRE(cluster.objects("events").size() == 1);
  const Json& event = events.front();
  CHECK(event["type"] == "Warning");
  CHECK(event["count"] == 1);
  CHECK(event["source"] == Json{{"component", "csi-snapshotter " + driver_name}});
  CHECK(event["reportingComponent"] == "csi-snapshotter " + driver_name);
  CHECK(event["message"] == cluster.error_of("content-0"));
  CHECK(event["message"].get<std::string>().starts_with(
      "Failed to create snapshot: failed to take snapshot of the volume no-such-volume: "
      "\"rpc error: code = NotFound"));
  CHECK(event["metadata"]["namespace"] == "default");
  CHECK(event["metadata"]["name"].get<std::string>().starts_with("content-0."));
  const Json about = event["involvedObject"];
  CHECK(about["kind"] == "VolumeSnapshotContent");
  CHECK(about["apiVersion"] == "snapshot.storage.k8s.io/v1");
  CHECK(about["name"] == "content-0");
  CHECK(about["uid"] == cluster.content("content-0")["metadata"]["uid"]);
  CHECK_FALSE(about["resourceVersion"].get<std::string>().empty());
  CHECK_FALSE(about.contains("namespace"));
}

TEST_CASE("a delete that fails is told with the driver's reason, and then done") {
  Cluster cluster;
  cluster.add_class("fast");
  cluster.add_content("content-0", cluster.add_volume("v"));
  const auto sidecar = cluster.sidecar(quick_retries);
  REQUIRE(cluster.run_until([&] { return cluster.ready() == 1; }));
  cluster.driver().behaviour().faults.fail("DeleteSnapshot", grpc::StatusCode::FAILED_PRECONDITION,
                                           5);
  cluster.delete_content("content-0");
  REQUIRE(cluster.run_until([&] { return cluster.contents() == 0; }));
  CHECK(cluster.snapshots_on_disk() == 0);
  REQUIRE(cluster.run_until([&] { return !cluster.events("SnapshotDeleteError").empty(); }));
  const std::vector<Json> events = cluster.objects("events");
  REQUIRE(events.size() == 1);
  CHECK(events[0]["type"] == "Warning");
  const std::string message = events[0]["message"];
  CHECK(message.starts_with("Failed to delete snapshot: "));
  CHECK(message.find("FailedPrecondition") != std::string::npos);
  CHECK(message.find("fault on purpose") != std::string::npos);
}

TEST_CASE("what was to be told when it is told to stop is told first") {
  Cluster cluster;
  cluster.add_class("fast");
  cluster.add_content("content-0", "no-such-volume");
  const auto sidecar = cluster.sidecar({"--retry-interval-start=1h", "--retry-interval-max=1h"});
  REQUIRE(cluster.run_until([&] { return !cluster.error_of("content-0").empty(); }));
  sidecar->signal(SIGTERM);
  REQUIRE(cluster.run_until([&] { return sidecar->exit_status().has_value(); }));
  CHECK(*sidecar->exit_status() == 0);
  CHECK(cluster.events("SnapshotCreationFailed").size() == 1);
}
