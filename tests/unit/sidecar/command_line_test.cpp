#include "sidecar/command_line.hpp"

#include <functional>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/support/result_printer.hpp"

using namespace std::chrono_literals;
using sidecar::Options;

namespace {

base::Result<Options> parsed(std::vector<std::string> words) {
  return sidecar::parse_command_line("csi-snapshotter", words);
}

// One flag: its type and default as --help prints them, a value, and where that value goes.
struct Row {
  const char* name;
  const char* type;
  const char* default_text;
  const char* value;
  std::function<bool(const Options&)> holds;
};

const Row flags[] = {
    {"csi-address", "string", "\"/run/csi/socket\"", "/a",
     [](const Options& o) { return o.csi_address == "/a"; }},
    {"timeout", "duration", "1m0s", "5m", [](const Options& o) { return o.timeout == 5min; }},
    {"worker-threads", "int", "10", "3", [](const Options& o) { return o.worker_threads == 3; }},
    {"resync-period", "duration", "15m0s", "0",
     [](const Options& o) { return o.resync_period == 0s; }},
    {"retry-interval-start", "duration", "1s", "100ms",
     [](const Options& o) { return o.retry_interval_start == 100ms; }},
    {"retry-interval-max", "duration", "5m0s", "1m",
     [](const Options& o) { return o.retry_interval_max == 1min; }},
    {"snapshot-name-prefix", "string", "\"snapshot\"", "s",
     [](const Options& o) { return o.names.prefix == "s"; }},
    {"snapshot-name-uuid-length", "int", "-1", "8",
     [](const Options& o) { return o.names.uuid_length == 8; }},
    {"groupsnapshot-name-prefix", "string", "\"groupsnapshot\"", "g",
     [](const Options& o) { return o.group_names.prefix == "g"; }},
    {"groupsnapshot-name-uuid-length", "int", "-1", "9",
     [](const Options& o) { return o.group_names.uuid_length == 9; }},
    {"extra-create-metadata", "", "", "true",
     [](const Options& o) { return o.extra_create_metadata; }},
    {"node-deployment", "", "", "true", [](const Options& o) { return o.node_deployment; }},
    {"feature-gates", "value", "", "CSIVolumeGroupSnapshot=false",
     [](const Options& o) { return !o.gates.group_snapshots(); }},
    {"kubeconfig", "string", "", "/k", [](const Options& o) { return o.kubeconfig == "/k"; }},
    {"version", "", "", "true", [](const Options& o) { return o.show_version; }},
    {"leader-election", "", "", "true", [](const Options& o) { return o.leader_election.enabled; }},
    {"leader-election-namespace", "string", "", "n",
     [](const Options& o) { return o.leader_election.lease_namespace == "n"; }},
    {"leader-election-lease-duration", "duration", "15s", "30s",
     [](const Options& o) { return o.leader_election.lease_duration == 30s; }},
    {"leader-election-renew-deadline", "duration", "10s", "20s",
     [](const Options& o) { return o.leader_election.renew_deadline == 20s; }},
    {"leader-election-retry-period", "duration", "5s", "4s",
     [](const Options& o) { return o.leader_election.retry_period == 4s; }},
    {"leader-election-labels", "value", "", "a:b",
     [](const Options& o) { return o.leader_election.labels.at("a") == "b"; }},
    // Upstream's default is 5; ours is no limit, and --help says so.
    {"kube-api-qps", "float", "-1", "2.5", [](const Options& o) { return o.kube_api_qps == 2.5; }},
    {"kube-api-burst", "int", "10", "7", [](const Options& o) { return o.kube_api_burst == 7; }},
    {"http-endpoint", "string", "", ":8080",
     [](const Options& o) { return o.http_endpoint == ":8080"; }},
    {"metrics-address", "string", "", ":9090",
     [](const Options& o) { return o.metrics_address == ":9090"; }},
    {"metrics-path", "string", "\"/metrics\"", "/m",
     [](const Options& o) { return o.metrics_path == "/m"; }},
    {"automaxprocs", "", "", "true", [](const Options&) { return true; }},
    {"v", "value", "", "5", [](const Options& o) { return o.log.verbosity == 5; }},
    {"vmodule", "value", "", "term=4", [](const Options& o) { return !o.log.vmodule.empty(); }},
    {"logging-format", "string", "\"text\"", "json",
     [](const Options& o) { return o.log.format == "json"; }},
    {"log-flush-frequency", "duration", "5s", "1s",
     [](const Options& o) { return o.log.flush_frequency == 1s; }},
    {"log-text-split-stream", "", "", "true",
     [](const Options& o) { return o.log.text.split_stream; }},
    {"log-text-info-buffer-size", "value", "", "1Ki",
     [](const Options& o) { return o.log.text.info_buffer_size == "1Ki"; }},
    {"log-json-split-stream", "", "", "true",
     [](const Options& o) { return o.log.json.split_stream; }},
    {"log-json-info-buffer-size", "value", "", "1Ki",
     [](const Options& o) { return o.log.json.info_buffer_size == "1Ki"; }},
};

std::set<std::string> names_in(const std::string& usage) {
  std::set<std::string> names;
  std::istringstream lines(usage);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("  -")) names.insert(line.substr(3, line.find(' ', 3) - 3));
  return names;
}

}  // namespace

TEST_CASE("each flag of upstream's is taken in both dash forms") {
  for (const Row& row : flags) {
    INFO(row.name);
    for (const char* dashes : {"-", "--"}) {
      const std::string flag = dashes + std::string(row.name);
      const auto with_equals = parsed({flag + "=" + row.value});
      REQUIRE(with_equals.has_value());
      CHECK(row.holds(*with_equals));
      const bool boolean = row.type[0] == '\0';
      const auto apart = boolean ? parsed({flag}) : parsed({flag, row.value});
      REQUIRE(apart.has_value());
      CHECK(row.holds(*apart));
    }
  }
}

TEST_CASE("help lists them all, with types and defaults, and nothing else") {
  const std::string usage = sidecar::usage("csi-snapshotter");
  std::set<std::string> names;
  for (const Row& row : flags) {
    INFO(row.name);
    names.insert(row.name);
    const std::string type = row.type[0] ? " " + std::string(row.type) : "";
    const std::size_t start = usage.find("  -" + std::string(row.name) + type + "\n    \t");
    REQUIRE(start != std::string::npos);
    const std::string entry = usage.substr(start, usage.find("\n  -", start) - start);
    const bool has_default = entry.find(" (default ") != std::string::npos &&
                             std::string_view(row.name) != "feature-gates";
    CHECK(has_default == (row.default_text[0] != '\0'));
    if (has_default)
      CHECK_THAT(entry, Catch::Contains(" (default " + std::string(row.default_text) + ")"));
  }
  CHECK(names.size() == 35);
  CHECK(names_in(usage) == names);
  CHECK_THAT(usage, Catch::Contains("\n    \tCSIVolumeGroupSnapshot=true|false (default=true)"));
  CHECK(parsed({"--help"}).value().show_help);
  CHECK(parsed({"-h"}).value().show_help);
}

TEST_CASE("labels for the lease add up") {
  const auto options =
      parsed({"--leader-election-labels=a:1,b:2", "-leader-election-labels", "b:3,c:"});
  REQUIRE(options.has_value());
  CHECK(options->leader_election.labels ==
        std::map<std::string, std::string>{{"a", "1"}, {"b", "3"}, {"c", ""}});
}

TEST_CASE("no limit on requests by default, and zeros mean what the Go client makes of them") {
  struct Limit {
    std::vector<std::string> words;
    double qps;
    std::int64_t burst;
  };
  const Limit table[] = {
      {{}, -1, 10},
      {{"--kube-api-qps=0"}, 5, 10},
      {{"--kube-api-qps=0", "--kube-api-burst=0"}, 5, 10},
      {{"--kube-api-qps=50", "--kube-api-burst=100"}, 50, 100},
      {{"--kube-api-qps=-1", "--kube-api-burst=0"}, -1, 0},
  };
  for (const Limit& row : table) {
    const Options options = parsed(row.words).value();
    CHECK(options.kube_api_qps == row.qps);
    CHECK(options.kube_api_burst == row.burst);
  }
}

TEST_CASE("klog's old flags are told about") {
  const auto options = parsed({"--logtostderr=true", "--stderrthreshold", "INFO", "--v=2"});
  REQUIRE(options.has_value());
  CHECK(options->ignored_flags == std::vector<std::string>{"-logtostderr", "-stderrthreshold"});
  CHECK(options->log.verbosity == 2);
}

TEST_CASE("a malformed flag is refused with its name") {
  struct Refused {
    std::vector<std::string> words;
    const char* why;
  };
  const Refused table[] = {
      {{"--nonsense"}, "flag provided but not defined: -nonsense"},
      {{"--timeout=5"}, "-timeout"},
      {{"--v=-1"}, "-v"},
      {{"--vmodule=x"}, "-vmodule: \"x\" is not of the form pattern=N"},
      {{"--feature-gates=CSIVolumeGroupSnapshot"}, "-feature-gates: \"CSIVolumeGroupSnapshot\""},
      {{"--leader-election-labels="}, "-leader-election-labels: \"\" is not of the form key:value"},
      {{"--leader-election-labels=a"}, "\"a\" is not of the form key:value"},
      {{"--leader-election-labels=a:b:c"}, "\"a:b:c\" is not"},
      {{"--leader-election-labels=a:b,"}, "\"\" is not"},
      {{"--leader-election=yes"}, "-leader-election: \"yes\" is not true or false"},
      {{"--log-text-info-buffer-size=x"}, "-log-text-info-buffer-size"},
  };
  for (const Refused& row : table) {
    const auto options = parsed(row.words);
    REQUIRE(options.has_error());
    CHECK_THAT(options.error().text(), Catch::Contains(row.why));
  }
}
