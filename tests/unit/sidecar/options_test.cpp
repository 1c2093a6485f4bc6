#include "sidecar/options.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using sidecar::Options;

namespace {

base::Result<Options> parsed(std::vector<std::string> words) {
  return sidecar::parse_command_line("csi-snapshotter", words);
}

}  // namespace

TEST_CASE("the defaults are upstream's, but for the throttle") {
  const Options options = parsed({}).value();
  CHECK(options.csi_address == "/run/csi/socket");
  CHECK(options.timeout == 1min);
  CHECK(options.worker_threads == 10);
  CHECK(options.retry_interval_start == 1s);
  CHECK(options.retry_interval_max == 5min);
  CHECK(options.resync_period == 15min);
  CHECK(options.names.prefix == "snapshot");
  CHECK(options.names.uuid_length == -1);
  CHECK(options.kube_api_qps < 0);
  CHECK(options.kube_api_burst == 10);
  CHECK_FALSE(options.extra_create_metadata);
  CHECK(sidecar::check(options).has_value());
}

TEST_CASE("flags reach the options") {
  const Options options =
      parsed({"--csi-address=unix:///csi/csi.sock", "-kubeconfig", "/k", "--timeout=5m",
              "--worker-threads=3", "--retry-interval-start=100ms", "--retry-interval-max=1m",
              "--resync-period=0", "--snapshot-name-prefix=s", "--snapshot-name-uuid-length=8",
              "--kube-api-qps=0", "--kube-api-burst=7", "--extra-create-metadata", "--v=5",
              "--logging-format=json"})
          .value();
  CHECK(options.csi_address == "unix:///csi/csi.sock");
  CHECK(options.kubeconfig == "/k");
  CHECK(options.timeout == 5min);
  CHECK(options.worker_threads == 3);
  CHECK(options.retry_interval_start == 100ms);
  CHECK(options.retry_interval_max == 1min);
  CHECK(options.resync_period == 0s);
  CHECK(options.names.prefix == "s");
  CHECK(options.names.uuid_length == 8);
  CHECK(options.kube_api_qps == 5);  // upstream's library reads 0 as 5
  CHECK(options.kube_api_burst == 7);
  CHECK(options.extra_create_metadata);
  CHECK(options.log.verbosity == 5);
  CHECK(options.log.format == base::LogFormat::json);
}

TEST_CASE("what can never work is refused with the flag's name") {
  struct Row {
    std::vector<std::string> words;
    const char* why;
  };
  const Row table[] = {
      {{"--snapshot-name-prefix="}, "--snapshot-name-prefix must not be empty"},
      {{"--snapshot-name-uuid-length=0"}, "--snapshot-name-uuid-length must be -1"},
      {{"--worker-threads=0"}, "--worker-threads must be at least 1, not 0"},
      {{"--timeout=0"}, "--timeout must be longer than 0, not 0s"},
      {{"--retry-interval-start=0"}, "--retry-interval-start must be longer than 0"},
      {{"--retry-interval-max=1ms"},
       "--retry-interval-max must not be below --retry-interval-start"},
      {{"--kube-api-qps=5", "--kube-api-burst=0"}, "--kube-api-burst must be at least 1"},
  };
  for (const Row& row : table) {
    const auto checked = sidecar::check(parsed(row.words).value());
    REQUIRE(checked.has_error());
    CHECK_THAT(checked.error().text(), Catch::Contains(row.why));
  }
  CHECK_THAT(parsed({"--logging-format=xml"}).error().text(),
             Catch::Contains("neither text nor json"));
}
