#include <csignal>
#include <filesystem>
#include <fstream>
#include <regex>

#include <catch2/catch.hpp>

#include "tests/cluster/cluster.hpp"

// csi-snapshotter as somebody meets it who has set something up wrongly: one clear sentence that
// names the thing and what to do. It waits where the thing may still come, and ends where it
// cannot.

using namespace tests;

namespace {

struct Ended {
  int status;
  std::string output;
};

// Runs to the end on its own, without a cluster.
Ended run(std::vector<std::string> flags) {
  FreshFolder folder;
  flags.insert(flags.begin(), sidecar_program());
  Process process(std::move(flags), folder / "log",
                  {"KUBERNETES_SERVICE_HOST=", "NODE_NAME=", "POD_NAMESPACE="});
  boost::asio::io_context idle;
  while (!process.exit_status()) {
    idle.restart();
    idle.run_for(std::chrono::milliseconds(5));
  }
  return {*process.exit_status(), process.output()};
}

std::string write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << text;
  return path;
}

std::string kubeconfig_for(const std::string& server) {
  return "clusters: [{name: c, cluster: {server: '" + server +
         "'}}]\ncontexts: [{name: c, context: {cluster: c}}]\ncurrent-context: c\n";
}

bool says(const Process& process, const std::string& words) {
  return process.output().find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("what cannot come right ends the program, and says why") {
  FreshFolder folder;
  const std::string good = write_file(folder / "good", kubeconfig_for("http://127.0.0.1:1"));
  const std::string torn = write_file(folder / "torn", "clusters: [\n");
  const std::string empty = write_file(folder / "empty", "");
  const std::string text_file = write_file(folder / "text", "not a socket");
  struct Row {
    const char* sentence;
    std::vector<std::string> flags;
    int status;
    std::vector<std::string> words;
  };
  const Row table[] = {
      {"an unknown flag",
       {"--nonsense"},
       2,
       {"flag provided but not defined: -nonsense", "Usage of "}},
      {"a bad value", {"--timeout=5"}, 2, {"-timeout", "needs a unit", "Usage of "}},
      {"help", {"--help"}, 0, {"Usage of ", "-csi-address string"}},
      {"version", {"--version"}, 0, {"csi-snapshotter v"}},
      {"no pod and no kubeconfig", {}, 1, {"--kubeconfig"}},
      {"a kubeconfig that is not there",
       {"--kubeconfig=/no/such/file"},
       1,
       {"/no/such/file", "No such file"}},
      {"a kubeconfig that is no YAML", {"--kubeconfig=" + torn}, 1, {torn, "line "}},
      {"a kubeconfig that is empty", {"--kubeconfig=" + empty}, 1, {empty}},
      {"a folder where the socket should be",
       {"--kubeconfig=" + good, "--csi-address=" + folder.path().string()},
       1,
       {folder.path().string(), "is a directory", "--csi-address"}},
      {"a file where the socket should be",
       {"--kubeconfig=" + good, "--csi-address=" + text_file},
       1,
       {text_file}},
      {"an address of another kind",
       {"--kubeconfig=" + good, "--csi-address=tcp://1.2.3.4:5"},
       1,
       {"--csi-address", "tcp://"}},
      {"a name rule that would merge snapshots",
       {"--snapshot-name-uuid-length=0"},
       1,
       {"--snapshot-name-uuid-length"}},
      {"a gate without a value",
       {"--feature-gates=CSIVolumeGroupSnapshot"},
       2,
       {"-feature-gates", "Name=true", "Usage of "}},
      {"an unknown gate", {"--feature-gates=Nonsense=true"}, 255, {"\"Nonsense\""}},
      {"a label without a colon",
       {"--leader-election-labels=team"},
       2,
       {"-leader-election-labels", "key:value", "Usage of "}},
      {"a negative log level", {"--v=-1"}, 2, {"-v", "Usage of "}},
      {"a log format that there is not", {"--logging-format=xml"}, 1, {"--logging-format"}},
      {"an alpha option of the log", {"--log-json-split-stream"}, 1, {"--log-json-split-stream"}},
      {"an election among nodes",
       {"--node-deployment", "--leader-election"},
       1,
       {"--leader-election has no place with --node-deployment"}},
      {"a node without a name", {"--node-deployment"}, 255, {"NODE_NAME"}},
      {"two addresses for metrics",
       {"--metrics-address=:1", "--http-endpoint=:2"},
       1,
       {"--metrics-address and --http-endpoint exclude each other"}},
      {"a relative path for metrics",
       {"--http-endpoint=:2", "--metrics-path=metrics"},
       1,
       {"--metrics-path must start with /"}},
      {"a lease shorter than its renewing",
       {"--leader-election", "--leader-election-lease-duration=5s"},
       1,
       {"--leader-election-lease-duration (5s) must be longer than"}},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    const Ended ended = run(row.flags);
    CHECK(ended.status == row.status);
    for (const std::string& words : row.words) CHECK_THAT(ended.output, Catch::Contains(words));
  }
}

TEST_CASE("old klog flags are let pass with one line that names them") {
  Cluster cluster;
  const auto sidecar = cluster.sidecar({"--logtostderr", "--stderrthreshold=INFO"});
  REQUIRE(cluster.run_until([&] { return says(*sidecar, "Working for"); }));
  CHECK(says(*sidecar,
             "\"Flags without effect were given\" flags=\"-logtostderr -stderrthreshold\""));
}

TEST_CASE("--vmodule makes one file talk more") {
  Cluster cluster;
  const auto quiet = cluster.sidecar({"--v=0"});
  REQUIRE(cluster.run_until([&] { return says(*quiet, "Working for"); }));
  CHECK_FALSE(says(*quiet, "connection.cpp:"));
  quiet->signal(SIGTERM);
  REQUIRE(cluster.run_until([&] { return quiet->exit_status().has_value(); }));
  const auto sidecar = cluster.sidecar({"--v=0", "--vmodule=conn*=5"});
  CHECK(cluster.run_until([&] { return says(*sidecar, "connection.cpp:"); }));
}

TEST_CASE("a driver that is not there yet is waited for") {
  Cluster cluster;
  cluster.stop_driver();
  cluster.add_class("fast");
  const auto sidecar = cluster.sidecar();
  REQUIRE(cluster.run_until(
      [&] { return says(*sidecar, "does not exist yet: is the driver running"); }));
  CHECK(says(*sidecar, cluster.socket()));
  cluster.start_driver();
  cluster.add_content("content-0", cluster.add_volume("v"));
  CHECK(cluster.run_until([&] { return cluster.ready() == 1; }));
}

TEST_CASE("an API server that does not answer is waited for") {
  Cluster cluster;
  std::ofstream(cluster.kubeconfig()) << kubeconfig_for("http://127.0.0.1:1");
  const auto sidecar = cluster.sidecar();
  REQUIRE(cluster.run_until([&] { return says(*sidecar, "Connection refused"); }));
  CHECK(says(*sidecar, "127.0.0.1:1"));
  CHECK(says(*sidecar, "retryIn="));
  CHECK_FALSE(sidecar->exit_status());
  sidecar->signal(SIGTERM);
  REQUIRE(cluster.run_until([&] { return sidecar->exit_status().has_value(); }));
  CHECK(*sidecar->exit_status() == 0);
}

TEST_CASE("a token that the API server does not know is named as such, and never printed") {
  devcluster::apiserver::Options options;
  options.https = true;  // a client keeps its token to itself on plain HTTP
  options.tokens = {"the-right-token"};
  Cluster cluster(options);
  const std::string with_wrong_token = std::regex_replace(
      cluster.api().kubeconfig(), std::regex("the-right-token"), "a-wrong-token");
  std::ofstream(cluster.kubeconfig()) << with_wrong_token;
  const auto sidecar = cluster.sidecar();
  REQUIRE(cluster.run_until([&] { return says(*sidecar, "check the token"); }));
  CHECK_FALSE(says(*sidecar, "a-wrong-token"));
  CHECK_FALSE(sidecar->exit_status());
}

TEST_CASE("a server with another authority's certificate is not talked to") {
  devcluster::apiserver::Options options;
  options.https = true;
  Cluster cluster(options), other(options);
  const std::regex authority("\"certificate-authority-data\": \"[^\"]+\"");
  std::smatch theirs;
  const std::string other_config = other.api().kubeconfig();
  REQUIRE(std::regex_search(other_config, theirs, authority));
  std::ofstream(cluster.kubeconfig())
      << std::regex_replace(cluster.api().kubeconfig(), authority, theirs[0].str());
  const auto sidecar = cluster.sidecar();
  REQUIRE(cluster.run_until([&] { return says(*sidecar, "certificate verify failed"); }));
  CHECK(says(*sidecar, "certificate-authority"));
  CHECK(cluster.api().requests().entries().empty());
}

TEST_CASE("with the right authority and token it works over TLS") {
  devcluster::apiserver::Options options;
  options.https = true;
  options.tokens = {"the-right-token"};
  Cluster cluster(options);
  const std::string path = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses";
  REQUIRE(cluster.api()
              .load_manifest("apiVersion: snapshot.storage.k8s.io/v1\nkind: VolumeSnapshotClass\n"
                             "metadata: {name: fast}\ndriver: devcluster.csi.example.com\n"
                             "deletionPolicy: Delete\n")
              .has_value());
  REQUIRE(cluster.api()
              .load_manifest("apiVersion: snapshot.storage.k8s.io/v1\nkind: "
                             "VolumeSnapshotContent\nmetadata: {name: content-0}\n"
                             "spec: {driver: devcluster.csi.example.com, deletionPolicy: Delete, "
                             "volumeSnapshotClassName: fast,\n"
                             "  source: {volumeHandle: " +
                             cluster.add_volume("v") +
                             "},\n"
                             "  volumeSnapshotRef: {name: n, namespace: default, uid: u-1}}\n")
              .has_value());
  const auto sidecar = cluster.sidecar();
  CHECK(cluster.run_until([&] { return cluster.ready() == 1; }));
}

TEST_CASE("missing CRDs are named, waited for, and then served") {
  Cluster cluster({}, false);
  const auto sidecar = cluster.sidecar();
  REQUIRE(cluster.run_until([&] { return says(*sidecar, "install the snapshot CRDs"); }));
  cluster.load_crds();
  cluster.add_class("fast");
  cluster.add_content("content-0", cluster.add_volume("v"));
  CHECK(cluster.run_until([&] { return cluster.ready() == 1; }));
}

TEST_CASE("SIGTERM ends it with 0, whatever it is waiting for") {
  struct Row {
    const char* sentence;
    bool driver, crds;
  };
  const Row table[] = {
      {"the driver", false, true}, {"the kinds", true, false}, {"work", true, true}};
  for (const Row& row : table) {
    INFO(row.sentence);
    Cluster cluster({}, row.crds);
    if (!row.driver) cluster.stop_driver();
    const auto sidecar = cluster.sidecar();
    const std::string awaited = !row.driver ? "does not exist yet"
                                : !row.crds ? "install the snapshot CRDs"
                                            : "Working for";
    REQUIRE(cluster.run_until([&] { return says(*sidecar, awaited); }));
    sidecar->signal(SIGTERM);
    REQUIRE(cluster.run_until([&] { return sidecar->exit_status().has_value(); }));
    CHECK(*sidecar->exit_status() == 0);
  }
}
