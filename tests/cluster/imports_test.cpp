#include <catch2/catch.hpp>

#include "tests/cluster/cluster.hpp"

using namespace tests;
using namespace std::chrono_literals;
using Json = Cluster::Json;

namespace {

const std::vector<std::string> quick_retries{"--retry-interval-start=20ms",
                                             "--retry-interval-max=200ms"};

// A snapshot that is on the storage already, made by nobody we know.
std::string existing_snapshot(Cluster& cluster) {
  const std::string volume = cluster.add_volume("v");
  const auto made = cluster.driver().store().create_snapshot("made by hand", volume,
                                                             std::chrono::system_clock::now());
  REQUIRE(made.has_value());
  return (*made)->id;
}

}  // namespace

TEST_CASE("a snapshot that exists is imported, and goes or stays with its content by policy") {
  struct Row {
    const char* policy;
    std::size_t left;
    long deletes;
  };
  const Row table[] = {{"Delete", 0, 1}, {"Retain", 1, 0}};
  for (const Row& row : table) {
    INFO(row.policy);
    Cluster cluster;
    const std::string handle = existing_snapshot(cluster);
    cluster.import_content("imported", handle, row.policy);
    const auto sidecar = cluster.sidecar(quick_retries);
    REQUIRE(cluster.run_until([&] { return cluster.ready() == 1; }));
    const Json status = cluster.content("imported")["status"];
    CHECK(status["snapshotHandle"] == handle);
    CHECK(status["restoreSize"] == 1 << 20);
    CHECK(status["creationTime"].get<std::int64_t>() > 0);
    CHECK(cluster.driver().calls().count("CreateSnapshot") == 0);

    cluster.delete_content("imported");
    REQUIRE(cluster.run_until([&] { return cluster.contents() == 0; }));
    CHECK(cluster.snapshots_on_disk() == row.left);
    CHECK(cluster.driver().calls().count("DeleteSnapshot") == row.deletes);
    CHECK(cluster.events("SnapshotLeftBehind").empty());
  }
}

TEST_CASE("a handle that the driver does not know is an error until the driver knows it") {
  Cluster cluster;
  const std::string handle = existing_snapshot(cluster);
  cluster.driver().behaviour().faults.fail("GetSnapshot", grpc::StatusCode::NOT_FOUND, 5);
  cluster.import_content("imported", handle);
  const auto sidecar = cluster.sidecar(quick_retries);
  REQUIRE(cluster.run_until([&] { return !cluster.error_of("imported").empty(); }));
  const std::string error = cluster.error_of("imported");
  CHECK(
      error.starts_with("Failed to check and update snapshot content: failed to list snapshot "
                        "for content imported: "));
  CHECK(error.find("NotFound") != std::string::npos);

  REQUIRE(cluster.run_until([&] { return cluster.ready() == 1; }));
  CHECK(cluster.error_of("imported").empty());
  const std::vector<Json> told = cluster.events("SnapshotContentCheckandUpdateFailed");
  REQUIRE(told.size() == 1);
  CHECK(told[0]["type"] == "Warning");
  CHECK(told[0]["message"] == error);
  CHECK(told[0]["involvedObject"]["name"] == "imported");
}

TEST_CASE("the class of an import names the secret that its look-up is sent with") {
  Cluster cluster;
  const std::string handle = existing_snapshot(cluster);
  cluster.driver().behaviour().required_secrets = {{"token", "open sesame"}};
  cluster.add_class("fast", {{"csi.storage.k8s.io/snapshotter-list-secret-name", "list-secret"},
                             {"csi.storage.k8s.io/snapshotter-list-secret-namespace", "default"}});
  cluster.import_content("imported", handle, "Delete", "fast");
  const auto sidecar = cluster.sidecar(quick_retries);
  REQUIRE(cluster.run_until(
      [&] { return cluster.error_of("imported").find("list-secret") != std::string::npos; }));
  CHECK(cluster.driver().calls().count("GetSnapshot") == 0);
  cluster.request("POST", "/api/v1/namespaces/default/secrets",
                  {{"apiVersion", "v1"},
                   {"kind", "Secret"},
                   {"metadata", {{"name", "list-secret"}}},
                   {"stringData", {{"token", "open sesame"}}}});
  REQUIRE(cluster.run_until([&] { return cluster.ready() == 1; }));
  CHECK(sidecar->output().find("sesame") == std::string::npos);
}

TEST_CASE("an import that was never checked is released, and an event names what stays") {
  Cluster cluster;
  const std::string handle = existing_snapshot(cluster);
  cluster.driver().behaviour().faults.fail("GetSnapshot", grpc::StatusCode::NOT_FOUND, 1000);
  cluster.import_content("imported", handle);
  const auto sidecar = cluster.sidecar(quick_retries);
  REQUIRE(cluster.run_until([&] { return !cluster.error_of("imported").empty(); }));
  cluster.delete_content("imported");
  REQUIRE(cluster.run_until([&] { return cluster.contents() == 0; }));
  REQUIRE(cluster.run_until([&] { return !cluster.events("SnapshotLeftBehind").empty(); }));
  const Json event = cluster.events("SnapshotLeftBehind").front();
  CHECK(event["type"] == "Warning");
  CHECK(event["message"].get<std::string>().find(handle) != std::string::npos);
  CHECK(cluster.snapshots_on_disk() == 1);
  CHECK(cluster.driver().calls().count("DeleteSnapshot") == 0);
}
