#include <csignal>

#include <catch2/catch.hpp>

#include "snapshot/keys.hpp"
#include "tests/cluster/cluster.hpp"

using namespace tests;
using namespace std::chrono_literals;
using Json = Cluster::Json;

namespace {

constexpr int count = 50;

// Each of a volume of its own, so that as many are in hand as there are workers.
void ask_for_snapshots(Cluster& cluster) {
  cluster.add_class("fast");
  for (int i = 0; i < count; ++i)
    cluster.add_content("content-" + std::to_string(i),
                        cluster.add_volume("volume-" + std::to_string(i)));
}

std::size_t marked(Cluster& cluster) {
  std::size_t marks = 0;
  for (const Json& content : cluster.objects("volumesnapshotcontents.snapshot.storage.k8s.io"))
    if (content["metadata"].contains("annotations") &&
        content["metadata"]["annotations"].contains(snapshot::keys::being_created))
      ++marks;
  return marks;
}

bool is_stopping(const Process& sidecar) {
  return sidecar.output().find("Stopping") != std::string::npos;
}

}  // namespace

TEST_CASE("told to stop in the midst of many creates, it finishes those in hand and no others") {
  Cluster cluster;
  ask_for_snapshots(cluster);
  cluster.driver().behaviour().create_delay = 200ms;
  auto sidecar = cluster.sidecar();
  REQUIRE(cluster.run_until([&] { return cluster.ready() >= 10 && marked(cluster) > 0; }));
  sidecar->signal(SIGTERM);
  REQUIRE(cluster.run_until([&] { return sidecar->exit_status().has_value(); }));
  CHECK(*sidecar->exit_status() == 0);
  CHECK(marked(cluster) == 0);
  CHECK(cluster.ready() < count);
  CHECK(cluster.snapshots_on_disk() == cluster.ready());
  CHECK(cluster.driver().calls().count("CreateSnapshot") == static_cast<long>(cluster.ready()));

  sidecar = cluster.sidecar();
  REQUIRE(cluster.run_until([&] { return cluster.ready() == count; }));
  CHECK(cluster.snapshots_on_disk() == count);
  CHECK(cluster.driver().calls().count("CreateSnapshot") == count);
}

TEST_CASE("told to stop a second time, it ends at once, and the next one takes up the rest") {
  Cluster cluster;
  ask_for_snapshots(cluster);
  cluster.driver().behaviour().create_delay = 1h;
  auto sidecar = cluster.sidecar();
  REQUIRE(cluster.run_until([&] { return marked(cluster) == 10; }));
  sidecar->signal(SIGTERM);
  REQUIRE(cluster.run_until([&] { return is_stopping(*sidecar); }));
  CHECK_FALSE(sidecar->exit_status());
  sidecar->signal(SIGTERM);
  REQUIRE(cluster.run_until([&] { return sidecar->exit_status().has_value(); }));
  CHECK(*sidecar->exit_status() == 1);
  CHECK(marked(cluster) == 10);

  cluster.stop_driver();  // it is still at the first ten
  cluster.start_driver();
  sidecar = cluster.sidecar();
  REQUIRE(cluster.run_until([&] { return cluster.ready() == count; }));
  CHECK(cluster.snapshots_on_disk() == count);
}
