#include "kube/discovery/discovery.hpp"

#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>

#include "devcluster/apiserver/server.hpp"
#include "kube/api/api_client.hpp"
#include "tests/support/result_printer.hpp"

namespace {

namespace asio = boost::asio;

const char* const widget_definition = R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.example.com
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Cluster
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object}}
)";

}  // namespace

TEST_CASE("a definition is found once it is installed on an API server") {
  asio::io_context io;
  base::SystemClock clock;
  const base::Logger log(clock, {}, base::to_nowhere());
  devcluster::apiserver::Server server(io, devcluster::apiserver::Options());
  REQUIRE(server.start());
  kube::ClusterConfig config;
  config.server = kube::parse_server_url(server.url()).value();
  kube::ApiClient api(io, clock, log, config, kube::ClientOptions());
  kube::Discovery discovery(api, clock);
  const auto serves = [&](const char* group, const char* version, const char* plural) {
    std::optional<base::Result<kube::Served>> answer;
    kube::ResourceSet wanted(group, version, {plural});
    asio::co_spawn(io, discovery.serves(wanted),
                   [&](std::exception_ptr, base::Result<kube::Served> result) { answer = result; });
    while (!answer) io.run_one();
    REQUIRE(*answer);
    return **answer == kube::Served::yes;
  };
  CHECK(serves("", "v1", "events"));
  CHECK_FALSE(serves("example.com", "v1", "widgets"));
  REQUIRE(server.load_manifest(widget_definition));
  CHECK(serves("example.com", "v1", "widgets"));
  CHECK_FALSE(serves("example.com", "v1", "gadgets"));
  CHECK_FALSE(serves("example.com", "v2", "widgets"));
}
