#include "sidecar/options.hpp"

#include <functional>

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using sidecar::Options;

TEST_CASE("the defaults can work") {
  CHECK_FALSE(find_refusal(Options()).has_value());
}

TEST_CASE("what can never work is refused with the flag's name and upstream's exit status") {
  struct Row {
    std::function<void(Options&)> set;
    int status;
    const char* why;
  };
  const Row table[] = {
      {[](Options& o) { o.names.prefix = ""; }, 1, "--snapshot-name-prefix must not be empty"},
      {[](Options& o) { o.names.uuid_length = 0; }, 1, "--snapshot-name-uuid-length must be -1"},
      {[](Options& o) { o.names.uuid_length = 33; }, 1, "1 to 32, not 33"},
      {[](Options& o) { o.names.uuid_length = -2; }, 1, "1 to 32, not -2"},
      {[](Options& o) { o.group_names.prefix = ""; }, 1,
       "--groupsnapshot-name-prefix must not be empty"},
      {[](Options& o) { o.group_names.uuid_length = 0; }, 1,
       "--groupsnapshot-name-uuid-length must be -1"},
      {[](Options& o) { o.worker_threads = 0; }, 1, "--worker-threads must be at least 1, not 0"},
      {[](Options& o) { o.timeout = 0s; }, 1, "--timeout must be longer than 0, not 0s"},
      {[](Options& o) { o.retry_interval_start = 0s; }, 1,
       "--retry-interval-start must be longer than 0"},
      {[](Options& o) {
         o.kube_api_qps = 5;
         o.kube_api_burst = 0;
       },
       1, "--kube-api-burst must be at least 1"},
      {[](Options& o) { o.log.format = "xml"; }, 1, "--logging-format must be text or json"},
      {[](Options& o) { o.log.text.split_stream = true; }, 1, "--log-text-split-stream"},
      {[](Options& o) { REQUIRE(o.gates.add("Nonsense=true").has_value()); }, 255,
       "--feature-gates: \"Nonsense\""},
      {[](Options& o) {
         o.node_deployment = true;
         o.node_name = "n";
         o.leader_election.enabled = true;
       },
       1, "--leader-election has no place with --node-deployment"},
      {[](Options& o) { o.node_deployment = true; }, 255, "NODE_NAME"},
      {[](Options& o) {
         o.metrics_address = ":1";
         o.http_endpoint = ":2";
       },
       1, "--metrics-address and --http-endpoint exclude each other"},
      {[](Options& o) {
         o.metrics_path = "metrics";
         o.http_endpoint = ":2";
       },
       1, "--metrics-path must start with /, not \"metrics\""},
  };
  for (const Row& row : table) {
    INFO(row.why);
    Options options;
    row.set(options);
    const auto refusal = find_refusal(options);
    REQUIRE(refusal.has_value());
    CHECK(refusal->exit_status == row.status);
    CHECK_THAT(refusal->why.text(), Catch::Contains(row.why));
  }
}

TEST_CASE("what is not used need not make sense") {
  Options options;
  options.metrics_path = "metrics";
  options.leader_election.lease_duration = 0s;
  options.kube_api_burst = 0;
  options.retry_interval_start = 10min;  // above the default of --retry-interval-max, which caps it
  REQUIRE(options.gates.add("CSIVolumeGroupSnapshot=false").has_value());
  options.group_names.prefix = "";
  CHECK_FALSE(find_refusal(options).has_value());
}

TEST_CASE("a lease outlasts its renewing, and renewing more than one try") {
  struct Row {
    const char* sentence;
    std::chrono::nanoseconds lease, renew, retry;
    const char* why;  // empty: accepted
  };
  const Row table[] = {
      {"the defaults", 15s, 10s, 5s, ""},
      {"just enough", 11s, 10s, 8s, ""},
      {"no lease", 0s, 10s, 5s, "--leader-election-lease-duration must be longer than 0"},
      {"no deadline", 15s, 0s, 5s, "--leader-election-renew-deadline must be longer than 0"},
      {"no period", 15s, 10s, 0s, "--leader-election-retry-period must be longer than 0"},
      {"a lease as long as the deadline", 10s, 10s, 5s,
       "--leader-election-lease-duration (10s) must be longer than "
       "--leader-election-renew-deadline"},
      {"one try only", 15s, 6s, 5s, "1.2 times --leader-election-retry-period (5s)"},
      {"less than the seconds of a Lease can hold", 900ms, 500ms, 100ms, "at least 1s"},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    Options options;
    options.leader_election.enabled = true;
    options.leader_election.lease_duration = row.lease;
    options.leader_election.renew_deadline = row.renew;
    options.leader_election.retry_period = row.retry;
    const auto refusal = find_refusal(options);
    CHECK(refusal.has_value() == (row.why[0] != '\0'));
    if (!refusal) continue;
    CHECK(refusal->exit_status == 1);
    CHECK_THAT(refusal->why.text(), Catch::Contains(row.why));
  }
}
