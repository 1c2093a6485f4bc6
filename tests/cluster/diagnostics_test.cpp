#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <catch2/catch.hpp>

#include "tests/cluster/cluster.hpp"
#include "tests/support/exposition.hpp"

using namespace tests;
using namespace std::chrono_literals;

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

struct Page {
  unsigned status = 0;
  std::string type;
  std::string body;
};

// Waits for the answer: it comes from another process, which needs nothing of us for it.
Page get(const std::string& port, const std::string& path) {
  asio::io_context io;
  asio::ip::tcp::socket socket(io);
  socket.connect({asio::ip::make_address("127.0.0.1"), static_cast<std::uint16_t>(stoi(port))});
  http::request<http::empty_body> request(http::verb::get, path, 11);
  request.set(http::field::host, "127.0.0.1:" + port);
  http::write(socket, request);
  beast::flat_buffer buffer;
  http::response<http::string_body> response;
  http::read(socket, buffer, response);
  Page page;
  page.status = response.result_int();
  page.type = std::string(response[http::field::content_type]);
  page.body = response.body();
  return page;
}

// Where it listens, by its own word; empty until it has said so.
std::string port_of(const Process& sidecar) {
  const std::string log = sidecar.output();
  const std::size_t line = log.find("Serving metrics");
  if (line == std::string::npos) return "";
  const std::size_t port = log.find("port=", line);
  if (port == std::string::npos) return "";
  const std::size_t begin = port + 5;
  const std::size_t end = log.find_first_not_of("0123456789", begin);
  return end == std::string::npos ? "" : log.substr(begin, end - begin);
}

std::string wait_for_port(Cluster& cluster, const Process& sidecar) {
  REQUIRE(cluster.run_until([&] { return !port_of(sidecar).empty(); }));
  return port_of(sidecar);
}

}  // namespace

TEST_CASE("/metrics has what the original's dashboards show, with the figures of this process") {
  Cluster cluster;
  cluster.add_class("fast");
  const std::string volume = cluster.add_volume("v");
  for (int i = 0; i < 3; ++i) cluster.add_content("content-" + std::to_string(i), volume);
  const auto sidecar = cluster.sidecar({"--http-endpoint=127.0.0.1:0"});
  const std::string port = wait_for_port(cluster, *sidecar);
  REQUIRE(cluster.run_until([&] { return cluster.ready() == 3; }));
  const Page page = get(port, "/metrics");
  CHECK(page.status == 200);
  CHECK(page.type.starts_with("text/plain; version=0.0.4"));
  const Exposition metrics(page.body);
  const std::string operations = "csi_sidecar_operations_seconds";
  CHECK(metrics.value(operations + "_count", {{"driver_name", driver_name},
                                              {"method_name", "/csi.v1.Controller/CreateSnapshot"},
                                              {"grpc_status_code", "OK"}}) == 3);
  const std::map<std::string, std::string> queue{{"name", "csi-snapshotter-content"}};
  CHECK(metrics.value("workqueue_adds_total", queue) >= 3);
  CHECK(metrics.value("workqueue_depth", queue) == 0);
  CHECK(metrics.value("csi_snapshotter_driver_connected") == 1);
  CHECK(metrics.value("csi_snapshotter_contents", {{"state", "ready"}}) == 3);
  CHECK(metrics.value("csi_snapshotter_api_writes_total", {{"verb", "patch"}, {"code", "200"}}) ==
        9);
  CHECK(metrics.has("process_start_time_seconds"));
  CHECK_FALSE(metrics.has("leader_election_master_status"));
  CHECK(get(port, "/healthz/leader-election").status == 404);
  CHECK(get(port, "/").status == 404);
}

TEST_CASE("/readyz says why the work cannot go on, and that is no reason to be killed") {
  Cluster cluster;
  cluster.stop_driver();
  const auto sidecar = cluster.sidecar({"--http-endpoint=127.0.0.1:0"});
  const std::string port = wait_for_port(cluster, *sidecar);
  const auto is_ready = [&] { return get(port, "/readyz").status == 200; };
  const auto check_unready = [&](const std::string& why) {
    const Page page = get(port, "/readyz");
    CHECK(page.status == 500);
    CHECK(page.body.find(why) != std::string::npos);
    CHECK(get(port, "/livez").status == 200);
  };
  check_unready("waiting for the CSI driver at " + cluster.socket());
  cluster.start_driver();
  REQUIRE(cluster.run_until(is_ready));
  CHECK(get(port, "/readyz").body == "ok");

  cluster.stop_driver();
  REQUIRE(cluster.run_until([&] { return !is_ready(); }));
  check_unready("the connection to the CSI driver " + driver_name);
  CHECK(Exposition(get(port, "/metrics").body).value("csi_snapshotter_driver_connected") == 0);
  cluster.start_driver();
  REQUIRE(cluster.run_until(is_ready));

  cluster.api().stop();
  REQUIRE(cluster.run_until([&] { return !is_ready(); }));
  check_unready("cannot see the objects on the API server");
  REQUIRE(cluster.api().start().has_value());
  REQUIRE(cluster.run_until(is_ready));
}

TEST_CASE("with an election, its health and whether this one leads can be asked") {
  Cluster cluster;
  const auto sidecar = cluster.sidecar(
      {"--http-endpoint=127.0.0.1:0", "--leader-election", "--leader-election-namespace=default"});
  const std::string port = wait_for_port(cluster, *sidecar);
  REQUIRE(cluster.run_until([&] {
    return Exposition(get(port, "/metrics").body)
               .value("leader_election_master_status", {{"name", ""}}) == 1;
  }));
  const Page health = get(port, "/healthz/leader-election");
  CHECK(health.status == 200);
  CHECK(health.body == "ok");
}

TEST_CASE(
    "the flag --metrics-address serves metrics and nothing else, at the path that was asked for") {
  Cluster cluster;
  const auto sidecar =
      cluster.sidecar({"--metrics-address=127.0.0.1:0", "--metrics-path=/figures",
                       "--leader-election", "--leader-election-namespace=default"});
  const std::string port = wait_for_port(cluster, *sidecar);
  CHECK(get(port, "/figures").status == 200);
  for (const char* path : {"/metrics", "/livez", "/readyz", "/healthz/leader-election"}) {
    INFO(path);
    CHECK(get(port, path).status == 404);
  }
}

TEST_CASE("an address that is taken ends the program with the original's status") {
  Cluster cluster;
  asio::io_context io;
  const asio::ip::tcp::acceptor owner(io, {asio::ip::make_address("127.0.0.1"), 0});
  const std::string address = "127.0.0.1:" + std::to_string(owner.local_endpoint().port());
  const auto sidecar = cluster.sidecar({"--http-endpoint=" + address});
  REQUIRE(cluster.run_until([&] { return sidecar->exit_status().has_value(); }));
  CHECK(*sidecar->exit_status() == 255);
  CHECK(sidecar->output().find(address) != std::string::npos);
}
