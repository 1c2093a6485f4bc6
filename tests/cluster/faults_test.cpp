#include <csignal>

#include <catch2/catch.hpp>

#include "tests/cluster/cluster.hpp"

using namespace tests;
using namespace std::chrono_literals;
using devcluster::apiserver::Fault;

namespace {

const std::string contents_kind = "volumesnapshotcontents";

Fault fault(std::string verb, Fault::Deed deed, int count = 1, int code = 500) {
  Fault scripted;
  scripted.verb = std::move(verb);
  scripted.resource = contents_kind;
  scripted.deed = deed;
  scripted.count = count;
  scripted.code = code;
  return scripted;
}

void ask_for_snapshots(Cluster& cluster, int count) {
  cluster.add_class("fast");
  const std::string volume = cluster.add_volume("v");
  for (int i = 0; i < count; ++i) cluster.add_content("content-" + std::to_string(i), volume);
}

// Short enough that a test need not wait, in the proportions of real ones.
const std::vector<std::string> quick_retries{"--retry-interval-start=20ms",
                                             "--retry-interval-max=200ms"};

}  // namespace

TEST_CASE("whatever the API server does to the writes, each content gets one snapshot") {
  struct Row {
    const char* sentence;
    Fault fault;
  };
  const Row table[] = {
      {"writes fail with 500", fault("patch", Fault::Deed::answer, 10, 500)},
      {"writes are refused as conflicts", fault("patch", Fault::Deed::answer, 10, 409)},
      {"writes are throttled", fault("patch", Fault::Deed::answer, 10, 429)},
      {"connections drop before the deed", fault("patch", Fault::Deed::drop, 10)},
      {"replies are lost after the deed", fault("patch", Fault::Deed::lose_reply, 10)},
      {"the list fails at first", fault("list", Fault::Deed::answer, 2, 503)},
      {"the watch is dropped", fault("watch", Fault::Deed::drop_watch, 3)},
      {"the watch cannot begin", fault("watch", Fault::Deed::answer, 2, 500)},
      {"the watch is expired at once", fault("watch", Fault::Deed::answer, 2, 410)},
  };
  constexpr int count = 20;
  for (const Row& row : table) {
    INFO(row.sentence);
    Cluster cluster;
    cluster.api().faults().add(row.fault);
    ask_for_snapshots(cluster, count);
    const auto sidecar = cluster.sidecar(quick_retries);
    CHECK(cluster.run_until([&] { return cluster.ready() == count; }));
    CHECK(cluster.snapshots_on_disk() == count);
    for (int i = 0; i < count; ++i) cluster.delete_content("content-" + std::to_string(i));
    CHECK(cluster.run_until([&] { return cluster.contents() == 0; }));
    CHECK(cluster.snapshots_on_disk() == 0);
  }
}

TEST_CASE("a driver that loses its replies loses no snapshot, and leaks none on deletion") {
  Cluster cluster;
  ask_for_snapshots(cluster, 5);
  cluster.driver().behaviour().faults.lose_reply("CreateSnapshot", 5);
  SECTION("all become ready") {
    const auto sidecar = cluster.sidecar(quick_retries);
    REQUIRE(cluster.run_until([&] { return cluster.ready() == 5; }));
    CHECK(cluster.snapshots_on_disk() == 5);
  }
  SECTION("deleted before their handles were known, nothing is left") {
    const auto sidecar = cluster.sidecar({"--retry-interval-start=1h", "--retry-interval-max=1h"});
    REQUIRE(
        cluster.run_until([&] { return cluster.driver().calls().count("CreateSnapshot") == 5; }));
    for (int i = 0; i < 5; ++i) cluster.delete_content("content-" + std::to_string(i));
    REQUIRE(cluster.run_until([&] { return cluster.contents() == 0; }));
    CHECK(cluster.snapshots_on_disk() == 0);
  }
}

TEST_CASE(
    "a driver that loses all replies for a while: when it heals, one more call each is enough") {
  constexpr long count = 20;
  constexpr int for_ever = 100000;
  Cluster cluster;
  ask_for_snapshots(cluster, count);
  auto& faults = cluster.driver().behaviour().faults;
  faults.lose_reply("CreateSnapshot", for_ever);
  faults.lose_reply("DeleteSnapshot", for_ever);
  const auto calls = [&](const char* method) { return cluster.driver().calls().count(method); };
  const auto sidecar = cluster.sidecar(quick_retries);
  REQUIRE(cluster.run_until([&] { return calls("CreateSnapshot") >= 3 * count; }));
  for (int i = 0; i < count; ++i) cluster.delete_content("content-" + std::to_string(i));
  const long before = calls("CreateSnapshot");
  REQUIRE(cluster.run_until([&] { return calls("CreateSnapshot") >= before + 3 * count; }));
  CHECK(cluster.contents() == count);
  CHECK(cluster.snapshots_on_disk() == count);

  faults = {};
  const long creates = calls("CreateSnapshot"), deletes = calls("DeleteSnapshot");
  REQUIRE(cluster.run_until([&] { return cluster.contents() == 0; }));
  CHECK(cluster.snapshots_on_disk() == 0);
  CHECK(calls("CreateSnapshot") == creates + count);
  CHECK(calls("DeleteSnapshot") == deletes + count);
}

TEST_CASE("a deletion while the create is under way is finished when its answer arrives") {
  Cluster cluster;
  ask_for_snapshots(cluster, 1);
  cluster.driver().behaviour().create_delay = 300ms;
  const auto sidecar = cluster.sidecar({"--retry-interval-start=1h", "--retry-interval-max=1h"});
  REQUIRE(cluster.run_until([&] { return cluster.requests("patch", contents_kind) == 1; }));
  cluster.delete_content("content-0");
  REQUIRE(cluster.run_until([&] { return cluster.contents() == 0; }));
  CHECK(cluster.snapshots_on_disk() == 0);
  CHECK(cluster.driver().calls().count("CreateSnapshot") == 1);
  CHECK(cluster.driver().calls().count("DeleteSnapshot") == 1);
}

TEST_CASE("a driver that is restarted is taken up again, without a restart of ours") {
  Cluster cluster;
  ask_for_snapshots(cluster, 1);
  const auto sidecar = cluster.sidecar(quick_retries);
  REQUIRE(cluster.run_until([&] { return cluster.ready() == 1; }));
  cluster.stop_driver();
  cluster.add_content("content-1", "nobody-yet");
  REQUIRE(cluster.run_until([&] {
    const auto content = cluster.content("content-1");
    return content.contains("status") && content["status"].contains("error");
  }));
  cluster.start_driver();
  cluster.add_content("content-2", cluster.add_volume("w"));
  REQUIRE(cluster.run_until([&] { return cluster.ready() == 2; }));
  CHECK_FALSE(sidecar->exit_status());
}

TEST_CASE("other people's annotations and finalizers survive our writes") {
  Cluster cluster;
  ask_for_snapshots(cluster, 1);
  const std::string path = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents/content-0";
  cluster.driver().behaviour().create_delay = 100ms;
  const auto sidecar = cluster.sidecar();
  REQUIRE(cluster.run_until([&] { return cluster.requests("patch", contents_kind) == 1; }));
  cluster.request("PATCH", path,
                  {{"metadata",
                    {{"annotations", {{"example.com/note", "mine"}}},
                     {"finalizers",
                      {"example.com/first",
                       "snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection"}}}}},
                  "application/merge-patch+json");
  REQUIRE(cluster.run_until([&] { return cluster.ready() == 1; }));
  CHECK(cluster.content("content-0")["metadata"]["annotations"]["example.com/note"] == "mine");
  cluster.delete_content("content-0");
  REQUIRE(cluster.run_until(
      [&] { return cluster.content("content-0")["metadata"]["finalizers"].size() == 1; }));
  CHECK(cluster.content("content-0")["metadata"]["finalizers"][0] == "example.com/first");
  CHECK(cluster.snapshots_on_disk() == 0);
  CHECK_FALSE(cluster.content("content-0")["status"].contains("snapshotHandle"));
}

TEST_CASE("told to stop while a create is under way, it finishes it first and takes nothing new") {
  Cluster cluster;
  ask_for_snapshots(cluster, 1);
  cluster.driver().behaviour().create_delay = 300ms;
  const auto sidecar = cluster.sidecar();
  REQUIRE(cluster.run_until([&] { return cluster.requests("patch", contents_kind) == 1; }));
  sidecar->signal(SIGTERM);
  REQUIRE(
      cluster.run_until([&] { return sidecar->output().find("Stopping") != std::string::npos; }));
  cluster.add_content("content-1", "nobody");
  REQUIRE(cluster.run_until([&] { return sidecar->exit_status().has_value(); }));
  CHECK(*sidecar->exit_status() == 0);
  CHECK(cluster.ready() == 1);
  CHECK_FALSE(cluster.content("content-1").contains("status"));
}

TEST_CASE("a content of the same name as one that is gone is another content") {
  Cluster cluster;
  ask_for_snapshots(cluster, 1);
  const auto sidecar = cluster.sidecar();
  REQUIRE(cluster.run_until([&] { return cluster.ready() == 1; }));
  const std::string first = cluster.content("content-0")["status"]["snapshotHandle"];
  cluster.delete_content("content-0");
  REQUIRE(cluster.run_until([&] { return cluster.contents() == 0; }));
  cluster.add_content("content-0", cluster.add_volume("w"));
  REQUIRE(cluster.run_until([&] { return cluster.ready() == 1; }));
  CHECK(cluster.content("content-0")["status"]["snapshotHandle"] != first);
  CHECK(cluster.snapshots_on_disk() == 1);
}
