#include <csignal>
#include <random>

#include <catch2/catch.hpp>

#include "tests/cluster/cluster.hpp"

using namespace tests;
using namespace std::chrono_literals;

namespace {

const std::string contents_kind = "volumesnapshotcontents";

std::string content_name(int number) {
  return "content-" + std::to_string(number);
}

// Asks for `count` snapshots at once, of ten volumes.
void ask_for_snapshots(Cluster& cluster, int count) {
  cluster.add_class("fast");
  std::vector<std::string> volumes;
  for (int i = 0; i < 10; ++i) volumes.push_back(cluster.add_volume("volume-" + std::to_string(i)));
  for (int i = 0; i < count; ++i) cluster.add_content(content_name(i), volumes[i % 10]);
}

void delete_all(Cluster& cluster, int count) {
  for (int i = 0; i < count; ++i) cluster.delete_content(content_name(i));
}

bool nothing_is_left(Cluster& cluster) {
  return cluster.contents() == 0 && cluster.snapshots_on_disk() == 0 &&
         cluster.driver().store().snapshots().empty();
}

// Every content names a snapshot that exists, and each snapshot belongs to one content.
void check_one_snapshot_each(Cluster& cluster, int count) {
  CHECK(cluster.snapshots_on_disk() == static_cast<std::size_t>(count));
  std::set<std::string> handles;
  for (int i = 0; i < count; ++i) {
    const auto status = cluster.content(content_name(i)).at("status");
    const std::string handle = status.at("snapshotHandle");
    CHECK(cluster.driver().store().snapshot(handle) != nullptr);
    CHECK(status.at("restoreSize") == 1 << 20);
    CHECK(status.at("creationTime").get<std::int64_t>() > 0);
    handles.insert(handle);
  }
  CHECK(handles.size() == static_cast<std::size_t>(count));
}

// Ends it as the kubelet would.
void end(Cluster& cluster, Process& sidecar) {
  sidecar.signal(SIGTERM);
  REQUIRE(cluster.run_until([&] { return sidecar.exit_status().has_value(); }));
  CHECK(*sidecar.exit_status() == 0);
}

}  // namespace

TEST_CASE("a thousand contents at once: one snapshot each, three writes and no read per content") {
  constexpr int count = 1000;
  Cluster cluster;
  ask_for_snapshots(cluster, count);
  const auto sidecar = cluster.sidecar();
  REQUIRE(cluster.run_until([&] { return cluster.ready() == count; }));
  check_one_snapshot_each(cluster, count);
  CHECK(cluster.requests("patch", contents_kind) == 3 * count);
  CHECK(cluster.requests("get", contents_kind) == 0);
  CHECK(cluster.requests("update", contents_kind) == 0);
  CHECK(cluster.driver().calls().count("CreateSnapshot") == count);

  delete_all(cluster, count);
  REQUIRE(cluster.run_until([&] { return nothing_is_left(cluster); }));
  CHECK(cluster.requests("patch", contents_kind) == 4 * count);
  CHECK(cluster.requests("get", contents_kind) == 0);
  CHECK(cluster.driver().calls().count("DeleteSnapshot") == count);
  end(cluster, *sidecar);
}

TEST_CASE("killed five times on the way, it changes nothing in the result") {
  constexpr std::size_t count = 1000;
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::minstd_rand random(seed);
  Cluster cluster;
  ask_for_snapshots(cluster, count);
  auto sidecar = cluster.sidecar();
  // Each time somewhere in the next sixth of the work; what counts is calls, not time.
  const auto kill_after_some_work = [&] {
    const std::size_t until = cluster.driver().calls().all().size() + 1 + random() % (count / 6);
    REQUIRE(cluster.run_until([&] { return cluster.driver().calls().all().size() >= until; }));
    sidecar->signal(SIGKILL);
    REQUIRE(cluster.run_until([&] { return sidecar->exit_status().has_value(); }));
    sidecar = cluster.sidecar();
  };
  for (int kills = 0; kills < 5; ++kills) kill_after_some_work();
  REQUIRE(cluster.run_until([&] { return cluster.ready() == count; }));
  check_one_snapshot_each(cluster, count);

  delete_all(cluster, count);
  for (int kills = 0; kills < 5; ++kills) kill_after_some_work();
  REQUIRE(cluster.run_until([&] { return nothing_is_left(cluster); }));
  end(cluster, *sidecar);
}

TEST_CASE("deletion by policy: Retain leaves the storage") {
  Cluster cluster;
  ask_for_snapshots(cluster, 1);
  const auto sidecar = cluster.sidecar();
  REQUIRE(cluster.run_until([&] { return cluster.ready() == 1; }));
  cluster.request("PATCH", "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents/content-0",
                  {{"spec", {{"deletionPolicy", "Retain"}}}}, "application/merge-patch+json");
  cluster.delete_content("content-0");
  REQUIRE(cluster.run_until([&] { return cluster.contents() == 0; }));
  CHECK(cluster.snapshots_on_disk() == 1);
  CHECK(cluster.driver().calls().count("DeleteSnapshot") == 0);
}

TEST_CASE(
    "a content that somebody deletes by mistake keeps its storage until it is allowed to go") {
  Cluster cluster;
  ask_for_snapshots(cluster, 2);
  const auto sidecar = cluster.sidecar();
  REQUIRE(cluster.run_until([&] { return cluster.ready() == 2; }));
  cluster.request("DELETE", "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents/content-0");
  cluster.delete_content("content-1");  // so that we know when the first one has been looked at
  REQUIRE(cluster.run_until([&] { return cluster.contents() == 1; }));
  CHECK(cluster.driver().calls().count("DeleteSnapshot") == 1);
  CHECK(cluster.content("content-0").at("status").at("readyToUse") == true);
}

TEST_CASE("a class that comes late is noticed at once, not after the backoff") {
  Cluster cluster;
  cluster.add_content("content-0", cluster.add_volume("v"));
  const auto sidecar = cluster.sidecar({"--retry-interval-start=1h", "--retry-interval-max=1h"});
  REQUIRE(cluster.run_until([&] { return cluster.content("content-0").contains("status"); }));
  CHECK(cluster.content("content-0")["status"]["error"]["message"].get<std::string>() ==
        "Failed to create snapshot: failed to get input parameters to create snapshot for content "
        "content-0: \"volumesnapshotclass.snapshot.storage.k8s.io \\\"fast\\\" not found\"");
  cluster.add_class("fast");
  REQUIRE(cluster.run_until([&] { return cluster.ready() == 1; }));
  CHECK_FALSE(cluster.content("content-0")["status"].contains("error"));
}

TEST_CASE("readiness that takes a while is polled for") {
  Cluster cluster;
  cluster.driver().behaviour().ready_after = 1500ms;
  ask_for_snapshots(cluster, 1);
  const auto sidecar = cluster.sidecar();
  REQUIRE(cluster.run_until([&] {
    const auto content = cluster.content("content-0");
    return content.contains("status") && content["status"].contains("snapshotHandle");
  }));
  CHECK(cluster.content("content-0")["status"]["readyToUse"] == false);
  REQUIRE(cluster.run_until([&] { return cluster.ready() == 1; }));
  CHECK(cluster.driver().calls().count("CreateSnapshot") == 1);
  CHECK(cluster.driver().calls().count("GetSnapshot") >= 1);
}
