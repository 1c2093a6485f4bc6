#include "devcluster/apiserver/server.hpp"

#include <catch2/catch.hpp>

#include "devcluster/apiserver/yaml.hpp"
#include "tests/unit/devcluster/apiserver_core/http_client.hpp"
#include "tests/unit/devcluster/apiserver_core/world.hpp"

namespace devcluster::apiserver {
namespace {

namespace asio = boost::asio;

const std::string merge_type = "application/merge-patch+json";

std::string widget_body(const std::string& name) {
  return R"({"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":")" + name +
         R"("},"spec":{"size":1}})";
}

asio::awaitable<void> write_read_and_delete(HttpClient& client) {
  const Fetched made = co_await client.fetch("POST", widgets, widget_body("a"));
  CHECK(made.code == 201);
  const Fetched patched =
      co_await client.fetch("PATCH", widgets + "/a", R"({"spec":{"size":2}})", merge_type);
  CHECK(patched.body()["spec"]["size"] == 2);
  const Fetched listed = co_await client.fetch("GET", widgets);
  CHECK(names_in(listed.body()) == "a");
  const Fetched deleted = co_await client.fetch("DELETE", widgets + "/a");
  CHECK(deleted.code == 200);
  const Fetched gone = co_await client.fetch("GET", widgets + "/a");
  CHECK(gone.code == 404);
}

TEST_CASE("one connection serves request after request") {
  asio::io_context io;
  Server server(io, Options());
  REQUIRE(server.load_manifest(widget_definition).has_value());
  HttpClient client(io, server.start().value());
  play(io, server, write_read_and_delete(client));
  CHECK(server.requests().count({"patch", "widgets", "a", "-", "client/", 200}) == 1);
  CHECK(server.requests().entries()[1].patch == R"({"spec":{"size":2}})");
}

TEST_CASE("the same over TLS, with the authority that the server names") {
  asio::io_context io;
  Options options;
  options.https = true;
  Server server(io, options);
  REQUIRE(server.load_manifest(widget_definition).has_value());
  const std::uint16_t port = server.start().value();
  CHECK(server.url() == "https://127.0.0.1:" + std::to_string(port));
  HttpClient client(io, port, server.ca_pem());
  play(io, server, write_read_and_delete(client));
}

asio::awaitable<void> write_one(HttpClient& client) {
  const Fetched made = co_await client.fetch("POST", widgets, widget_body("a"));
  CHECK(made.code == 201);
}

asio::awaitable<void> read_it(HttpClient& client) {
  const Fetched found = co_await client.fetch("GET", widgets + "/a");
  CHECK(found.code == 200);
}

TEST_CASE("stopped and started again, it is the same server with the same objects") {
  asio::io_context io;
  Options options;
  options.https = true;
  Server server(io, options);
  REQUIRE(server.load_manifest(widget_definition).has_value());
  const std::uint16_t port = server.start().value();
  const std::string kubeconfig = server.kubeconfig();
  HttpClient client(io, port, server.ca_pem());
  play(io, server, write_one(client));
  io.restart();
  CHECK(server.start().value() == port);
  CHECK(server.kubeconfig() == kubeconfig);
  HttpClient again(io, port, server.ca_pem());
  play(io, server, read_it(again));
}

TEST_CASE("another door leads to the same objects, and is closed by itself") {
  asio::io_context io;
  Server server(io, Options());
  REQUIRE(server.load_manifest(widget_definition).has_value());
  const std::unique_ptr<Server> door = server.another_door();
  HttpClient by_door(io, door->start().value());
  play(io, *door, write_one(by_door));
  io.restart();
  HttpClient client(io, server.start().value());
  play(io, server, read_it(client));
}

asio::awaitable<void> be_turned_away(HttpClient& client) {
  const Fetched nothing = co_await client.fetch("GET", "/version");
  CHECK(nothing.dropped);
}

TEST_CASE("a client that trusts another authority is not served") {
  asio::io_context io;
  Options options;
  options.https = true;
  Server server(io, options);
  const std::uint16_t port = server.start().value();
  HttpClient client(io, port, make_certificates()->authority);
  play(io, server, be_turned_away(client));
}

asio::awaitable<void> send_too_much(HttpClient& client) {
  const std::string large(4 * 1024 * 1024, ' ');
  const Fetched refused_one = co_await client.fetch("POST", widgets, large);
  const bool told = refused_one.code == 413 || refused_one.dropped;  // it may hang up first
  CHECK(told);
  const Fetched next = co_await client.fetch("GET", "/version");
  CHECK((next.code == 200 || next.dropped));
}

TEST_CASE("a body beyond 3 MiB is not read") {
  asio::io_context io;
  Server server(io, Options());
  HttpClient client(io, server.start().value());
  play(io, server, send_too_much(client));
}

TEST_CASE("the kubeconfig has what a client needs") {
  asio::io_context io;
  Options options;
  options.https = true;
  options.tokens = {"sesame"};
  Server server(io, options);
  REQUIRE(server.start().has_value());
  const Json config = parse_yaml(server.kubeconfig())->front();
  CHECK(config["clusters"][0]["cluster"]["server"] == server.url());
  CHECK(config["clusters"][0]["cluster"].contains("certificate-authority-data"));
  CHECK(config["users"][0]["user"]["token"] == "sesame");
  CHECK(config["current-context"] == config["contexts"][0]["name"]);
  server.stop();
}

TEST_CASE("a port that is taken is named in the error") {
  asio::io_context io;
  Server first(io, Options());
  Options same;
  same.port = first.start().value();
  Server second(io, same);
  const auto port = second.start();
  REQUIRE_FALSE(port.has_value());
  CHECK(port.error().kind() == base::ErrorKind::unavailable);
  CHECK(port.error().text().find(std::to_string(same.port)) != std::string::npos);
}

TEST_CASE("a manifest is applied: created, then updated") {
  asio::io_context io;
  Server server(io, Options());
  REQUIRE(server
              .load_manifest(std::string(widget_definition) +
                             "---\napiVersion: example.com/v1\nkind: Widget\n"
                             "metadata: {name: a}\nspec: {size: 1}\n")
              .has_value());
  REQUIRE(
      server
          .load_manifest(
              "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\nspec: {size: 2}\n")
          .has_value());
  const VersionPtr found =
      server.store().collection("widgets.example.com").find(Key{"default", "a"});
  REQUIRE(found);
  CHECK(found->object["spec"]["size"] == 2);
}

TEST_CASE("a manifest that cannot be applied says what is wrong with which object") {
  struct Row {
    const char* yaml;
    const char* word;
  };
  const Row row = GENERATE(values<Row>({
      {"apiVersion: v9\nkind: Gadget\nmetadata: {name: g}\n", "Gadget g"},
      {"apiVersion: v1\nkind: Secret\nmetadata: {name: S}\n", "Secret S"},
      {"a: [", "line"},
  }));
  INFO(row.yaml);
  asio::io_context io;
  Server server(io, Options());
  const base::Result<void> loaded = server.load_manifest(row.yaml);
  REQUIRE_FALSE(loaded.has_value());
  CHECK(loaded.error().text().find(row.word) != std::string::npos);
}

}  // namespace
}  // namespace devcluster::apiserver
