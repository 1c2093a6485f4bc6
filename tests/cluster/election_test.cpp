#include <csignal>

#include <chrono>

#include <catch2/catch.hpp>

#include "tests/cluster/cluster.hpp"

using namespace tests;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

const std::string leases = "leases.coordination.k8s.io";
const std::string lease_name = "external-snapshotter-leader-devcluster-csi-example-com";
constexpr std::chrono::seconds lease_duration{3};

using Timings = std::vector<std::string>;
const Timings quick{"--leader-election-lease-duration=3s", "--leader-election-renew-deadline=2s",
                    "--leader-election-retry-period=500ms"};
// With these nobody polls the Lease, or sees it expire, as long as a test lasts.
const Timings slow{"--leader-election-lease-duration=4h", "--leader-election-renew-deadline=3h",
                   "--leader-election-retry-period=1h"};

// Two replicas of one sidecar, of which one works.
class Replicas {
 public:
  static constexpr std::size_t count = 60;

  explicit Replicas(Timings timings = quick) : timings_(std::move(timings)) {
    cluster_.request(
        "POST", "/api/v1/namespaces",
        {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", space}}}});
  }

  Cluster& cluster() { return cluster_; }

  // The first leads, the second stands by.
  void start(const std::string& kubeconfig_of_first) {
    first_ = start_one("first", kubeconfig_of_first);
    REQUIRE(cluster_.run_until([&] { return leader() == "first"; }));
    second_ = start_one("second", cluster_.kubeconfig());
    REQUIRE(cluster_.run_until(
        [&] { return second_->output().find("The leader is known") != std::string::npos; }));
  }
  void start() { start(cluster_.kubeconfig()); }

  // Creates that take a while each, of ten volumes, so that the leader has some in hand at any
  // time.
  void ask_for_snapshots() {
    cluster_.driver().behaviour().create_delay = 100ms;
    cluster_.add_class("fast");
    for (std::size_t i = 0; i < 10; ++i)
      volumes_.push_back(cluster_.add_volume("volume-" + std::to_string(i)));
    for (std::size_t i = 0; i < count; ++i)
      cluster_.add_content("content-" + std::to_string(i), volumes_[i % 10]);
    REQUIRE(cluster_.run_until([&] { return cluster_.ready() >= count / 4; }));
    REQUIRE(cluster_.ready() < count);
  }

  // The driver refuses a call while another is under way for the same name.
  void check_result() {
    REQUIRE(cluster_.run_until([&] { return cluster_.ready() == count; }));
    CHECK(cluster_.snapshots_on_disk() == count);
    for (const auto& call : cluster_.driver().calls().all())
      CHECK(call.code != grpc::StatusCode::ABORTED);
  }

  Cluster::Json lease() { return cluster_.object(leases, lease_name, space); }
  std::string leader() {
    const Cluster::Json now = lease();
    return now.is_null() ? "" : now["spec"].value("holderIdentity", "");
  }
  Process& first() { return *first_; }
  Process& second() { return *second_; }

 private:
  std::unique_ptr<Process> start_one(const std::string& host, const std::string& kubeconfig) {
    std::vector<std::string> flags{
        "--kubeconfig=" + kubeconfig,           "--leader-election",
        "--leader-election-namespace=" + space, "--leader-election-labels=team:storage",
        "--retry-interval-start=20ms",          "--retry-interval-max=200ms"};
    flags.insert(flags.end(), timings_.begin(), timings_.end());
    return cluster_.sidecar_on(host, std::move(flags));
  }

  const std::string space = "storage";
  Cluster cluster_;
  Timings timings_;
  std::vector<std::string> volumes_;
  std::unique_ptr<Process> first_, second_;
};

}  // namespace

TEST_CASE("the lease is where and what the original's replicas look for") {
  Replicas replicas;
  replicas.start();
  const Cluster::Json lease = replicas.lease();
  CHECK(lease["metadata"]["labels"] == Cluster::Json{{"team", "storage"}});
  CHECK(lease["spec"]["holderIdentity"] == "first");
  CHECK(lease["spec"]["leaseDurationSeconds"] == 3);
  CHECK(lease["spec"]["leaseTransitions"] == 0);
  const std::string acquired = lease["spec"]["acquireTime"];
  CHECK(acquired.size() == std::string("2026-01-02T03:04:05.123456Z").size());
  // It is renewed, and nothing else about it changes.
  REQUIRE(replicas.cluster().run_until(
      [&] { return replicas.lease()["spec"]["renewTime"] != lease["spec"]["renewTime"]; }));
  CHECK(replicas.lease()["spec"]["acquireTime"] == acquired);
  CHECK(replicas.leader() == "first");
  REQUIRE(
      replicas.cluster().run_until([&] { return !replicas.cluster().objects("events").empty(); }));
  const Cluster::Json event = replicas.cluster().objects("events").front();
  CHECK(event["reason"] == "LeaderElection");
  CHECK(event["message"] == "first became leader");
  CHECK(event["source"]["component"] == "external-snapshotter-leader-" + driver_name + "/first");
  CHECK(event["involvedObject"]["kind"] == "Lease");
  CHECK(event["metadata"]["namespace"] == "storage");
}

TEST_CASE("a leader is killed during creates: the other takes over when the lease has expired") {
  Replicas replicas;
  replicas.start();
  replicas.ask_for_snapshots();
  replicas.first().signal(SIGKILL);
  const auto killed = Clock::now();
  REQUIRE(replicas.cluster().run_until([&] { return replicas.leader() == "second"; }));
  // A second in truth; the rest is for machines that have other things to do.
  CHECK(Clock::now() - killed <= lease_duration + 20s);
  CHECK(replicas.lease()["spec"]["leaseTransitions"] == 1);
  CHECK(replicas.lease()["metadata"]["labels"]["team"] == "storage");
  replicas.check_result();
}

TEST_CASE("a leader that is told to stop finishes what is in hand, and the other leads at once") {
  Replicas replicas(slow);
  replicas.start();
  replicas.ask_for_snapshots();
  replicas.first().signal(SIGTERM);
  REQUIRE(replicas.cluster().run_until([&] { return replicas.leader() == "second"; }));
  REQUIRE(replicas.cluster().run_until([&] { return replicas.first().exit_status().has_value(); }));
  CHECK(*replicas.first().exit_status() == 0);
  replicas.check_result();
}

TEST_CASE("a standby that is told to stop does so, and the leader goes on") {
  Replicas replicas;
  replicas.start();
  replicas.second().signal(SIGTERM);
  REQUIRE(
      replicas.cluster().run_until([&] { return replicas.second().exit_status().has_value(); }));
  CHECK(*replicas.second().exit_status() == 0);
  replicas.ask_for_snapshots();
  replicas.check_result();
  CHECK(replicas.leader() == "first");
}

TEST_CASE("a leader that is cut off stops working, and stands by when it is back") {
  Replicas replicas;
  Cluster& cluster = replicas.cluster();
  const auto door = cluster.api().another_door();
  {
    const auto r = door->start();
    INFO((r ? std::string() : r.error().text()));
    REQUIRE(r.has_value());
  }
  const std::string way = cluster.write_file("kubeconfig-of-first", door->kubeconfig());
  replicas.start(way);
  replicas.ask_for_snapshots();
  const auto first_says = [&](const char* what) {
    return replicas.first().output().find(what) != std::string::npos;
  };

  door->stop();
  REQUIRE(cluster.run_until([&] { return first_says("Not leading any more"); }));
  CHECK(replicas.leader() == "first");  // the other may not have it yet
  REQUIRE(cluster.run_until([&] { return replicas.leader() == "second"; }));
  replicas.check_result();

  {
    const auto r = door->start();
    INFO((r ? std::string() : r.error().text()));
    REQUIRE(r.has_value());
  }
  REQUIRE(cluster.run_until([&] { return first_says("Taking part in the election again"); }));
  CHECK_FALSE(replicas.first().exit_status());
  replicas.second().signal(SIGTERM);
  REQUIRE(cluster.run_until([&] { return replicas.leader() == "first"; }));
  cluster.add_content("content-late", cluster.add_volume("late"));
  REQUIRE(cluster.run_until([&] { return cluster.ready() == Replicas::count + 1; }));
  CHECK_FALSE(replicas.first().exit_status());
  CHECK(cluster.snapshots_on_disk() == Replicas::count + 1);
}

TEST_CASE("the lease cannot be renewed by anybody: nobody works until it can, and nobody ends") {
  Replicas replicas;
  Cluster& cluster = replicas.cluster();
  replicas.start();
  devcluster::apiserver::Fault cut;
  cut.resource = "leases";
  cut.deed = devcluster::apiserver::Fault::Deed::drop;
  cluster.api().faults().add(cut);
  REQUIRE(cluster.run_until(
      [&] { return replicas.first().output().find("Not leading any more") != std::string::npos; }));
  cluster.add_class("fast");
  cluster.add_content("content-0", cluster.add_volume("v"));
  // Longer than whoever believed to lead could have done so; both are still asking.
  const auto asked = [&] {
    devcluster::apiserver::RequestLog::Filter leases;
    leases.resource = "leases";
    return cluster.api().requests().count(leases);
  };
  const std::size_t before = asked();
  REQUIRE(cluster.run_until([&] { return asked() >= before + 10; }));
  CHECK(cluster.driver().calls().count("CreateSnapshot") == 0);
  CHECK_FALSE(cluster.content("content-0").contains("status"));

  cluster.api().faults().clear();
  REQUIRE(cluster.run_until([&] { return cluster.ready() == 1; }));
  CHECK_FALSE(replicas.first().exit_status());
  CHECK_FALSE(replicas.second().exit_status());
}
