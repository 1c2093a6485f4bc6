#include <catch2/catch.hpp>

#include "tests/cluster/cluster.hpp"

using namespace tests;
using namespace std::chrono_literals;

namespace {

const std::string contents_kind = "volumesnapshotcontents";

const std::vector<std::string> quick_retries{"--retry-interval-start=20ms",
                                             "--retry-interval-max=200ms"};

std::size_t times_said(const Process& process, const std::string& what) {
  const std::string log = process.output();
  std::size_t times = 0;
  for (std::size_t at = log.find(what); at != std::string::npos; at = log.find(what, at + 1))
    ++times;
  return times;
}

}  // namespace

TEST_CASE("the driver restarts three times and the API server once: nothing is lost or doubled") {
  constexpr std::size_t count = 500;
  Cluster cluster;
  cluster.add_class("fast");
  std::vector<std::string> volumes;
  for (int i = 0; i < 10; ++i) volumes.push_back(cluster.add_volume("volume-" + std::to_string(i)));
  for (std::size_t i = 0; i < count; ++i)
    cluster.add_content("content-" + std::to_string(i), volumes[i % 10]);
  const auto sidecar = cluster.sidecar(quick_retries);
  const auto until_ready = [&](std::size_t many) {
    REQUIRE(cluster.run_until([&] { return cluster.ready() >= many; }));
  };

  until_ready(50);
  const std::size_t lists = cluster.requests("list", contents_kind);
  for (std::size_t restart = 1; restart <= 3; ++restart) {
    until_ready(100 * restart);
    REQUIRE(cluster.ready() < count);
    cluster.stop_driver();
    REQUIRE(cluster.run_until(
        [&] { return times_said(*sidecar, "Lost the connection to the CSI driver") == restart; }));
    cluster.start_driver();
    REQUIRE(cluster.run_until(
        [&] { return times_said(*sidecar, "The CSI driver is back") == restart; }));
    if (restart != 2) continue;
    cluster.api().stop();
    REQUIRE(cluster.run_until(
        [&] { return times_said(*sidecar, "Cannot see the objects on the API server") > 0; }));
    REQUIRE(cluster.api().start().has_value());
  }

  until_ready(count);
  CHECK(cluster.snapshots_on_disk() == count);
  CHECK_FALSE(sidecar->exit_status());
  // What changed meanwhile is asked for, not everything.
  CHECK(cluster.requests("list", contents_kind) == lists);
}

TEST_CASE("another driver at the socket ends the process, with both names in the log") {
  Cluster cluster;
  const auto sidecar = cluster.sidecar(quick_retries);
  REQUIRE(cluster.run_until([&] { return cluster.requests("watch", contents_kind) == 1; }));
  cluster.stop_driver();
  cluster.start_driver("other.csi.example.com");
  REQUIRE(cluster.run_until([&] { return sidecar->exit_status().has_value(); }));
  CHECK(*sidecar->exit_status() == 1);
  const std::string log = sidecar->output();
  const std::string last = log.substr(log.find("Cannot go on with this CSI driver"));
  CHECK(last.find(driver_name) != std::string::npos);
  CHECK(last.find("other.csi.example.com") != std::string::npos);
}
