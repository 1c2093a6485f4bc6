#include <catch2/catch.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "devcluster/apiserver/server.hpp"
#include "tests/unit/devcluster/apiserver_core/http_client.hpp"
#include "tests/unit/devcluster/apiserver_core/world.hpp"

namespace devcluster::apiserver {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

const std::string watch_target = widgets + "?watch=true&allowWatchBookmarks=true";

// A server on its loop, two connections to it.
struct Stage {
  explicit Stage(Options options = {})
      : server(io, std::move(options)),
        loaded(server.load_manifest(widget_definition)),
        port(server.start().value()),
        writer(io, port),
        watcher(io, port) {}
  asio::io_context io;
  Server server;
  base::Result<void> loaded;
  std::uint16_t port;
  HttpClient writer, watcher;
};

asio::awaitable<Fetched> make(HttpClient& client, std::string name) {
  std::string body = R"({"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":")" +
                     name + R"("},"spec":{"size":1}})";
  co_return co_await client.fetch("POST", widgets, std::move(body));
}

std::string summary(const Json& event) {
  return std::string(text(event, "type")) + " " +
         std::string(text(event, "object", "metadata", "name"));
}

asio::awaitable<void> watch_two_writes(Stage& stage) {
  const bool open = co_await stage.watcher.open_watch(watch_target);
  REQUIRE(open);
  for (const char* name : {"a", "b"}) {
    const Fetched made = co_await make(stage.writer, name);
    CHECK(made.code == 201);
    const Json event = co_await stage.watcher.next_event();
    CHECK(summary(event) == std::string("ADDED ") + name);
  }
}

TEST_CASE("events arrive as they happen") {
  Stage stage;
  play(stage.io, stage.server, watch_two_writes(stage));
}

asio::awaitable<void> outlive_the_server(Stage& stage) {
  const bool open = co_await stage.watcher.open_watch(watch_target);
  REQUIRE(open);
  stage.server.stop();
  Json event = co_await stage.watcher.next_event();
  if (!event.is_null()) event = co_await stage.watcher.next_event();  // the last bookmark
  CHECK(event.is_null());
  CHECK(stage.watcher.clean_end());
}

TEST_CASE("a server that stops ends its watches properly") {
  Stage stage;
  play(stage.io, stage.server, outlive_the_server(stage));
}

asio::awaitable<void> wait_for_the_end(Stage& stage) {
  const bool open = co_await stage.watcher.open_watch(watch_target + "&timeoutSeconds=1");
  REQUIRE(open);
  const Json event = co_await stage.watcher.next_event();
  CHECK(event["type"] == "BOOKMARK");
  const Json end = co_await stage.watcher.next_event();
  CHECK(end.is_null());
  CHECK(stage.watcher.clean_end());
}

TEST_CASE("a watch that times out says where it got to, and ends cleanly") {
  Stage stage;
  play(stage.io, stage.server, wait_for_the_end(stage));
}

asio::awaitable<void> collect_bookmarks(Stage& stage) {
  const bool open = co_await stage.watcher.open_watch(watch_target);
  REQUIRE(open);
  for (int i = 0; i < 3; ++i) {
    const Json event = co_await stage.watcher.next_event();
    CHECK(event["type"] == "BOOKMARK");
  }
}

TEST_CASE("a quiet watch gets bookmarks") {
  Options options;
  options.bookmark_interval = 5ms;
  Stage stage(options);
  play(stage.io, stage.server, collect_bookmarks(stage));
}

asio::awaitable<void> watch_until_the_definition_goes(Stage& stage) {
  const bool open = co_await stage.watcher.open_watch(widgets + "?watch=true");
  REQUIRE(open);
  const Fetched gone = co_await stage.writer.fetch(
      "DELETE", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com");
  CHECK(gone.code == 200);
  const Json end = co_await stage.watcher.next_event();
  CHECK(end.is_null());
  CHECK(stage.watcher.clean_end());
}

TEST_CASE("a watch ends with its kind") {
  Stage stage;
  play(stage.io, stage.server, watch_until_the_definition_goes(stage));
}

asio::awaitable<void> ignore_a_sleeper(Stage& stage) {
  // This client asks for a watch and never reads.
  asio::ip::tcp::socket sleeper(stage.io);
  const asio::ip::tcp::endpoint there(asio::ip::address_v4::loopback(), stage.port);
  co_await sleeper.async_connect(there, asio::use_awaitable);
  sleeper.set_option(asio::socket_base::receive_buffer_size(4096));  // bytes
  const std::string ask = "GET " + watch_target + " HTTP/1.1\r\nHost: x\r\n\r\n";
  co_await asio::async_write(sleeper, asio::buffer(ask), asio::use_awaitable);
  const bool open = co_await stage.watcher.open_watch(watch_target);
  REQUIRE(open);
  const std::string bulk =
      R"({"metadata":{"annotations":{"bulk":")" + std::string(200000, 'x') + R"("}}})";
  const Fetched made = co_await make(stage.writer, "a");
  CHECK(made.code == 201);
  for (int i = 0; i < 25; ++i) {
    std::string patch = bulk;
    patch[40] = static_cast<char>('a' + i % 26);
    const Fetched patched = co_await stage.writer.fetch("PATCH", widgets + "/a", std::move(patch),
                                                        "application/merge-patch+json");
    CHECK(patched.code == 200);
  }
  for (int i = 0; i < 26; ++i) {
    const Json event = co_await stage.watcher.next_event();
    CHECK(summary(event) == (i == 0 ? "ADDED a" : "MODIFIED a"));
  }
}

TEST_CASE("a watcher that does not read holds up nobody") {
  Stage stage;
  play(stage.io, stage.server, ignore_a_sleeper(stage));
}

asio::awaitable<void> hang_up(Stage& stage) {
  {
    HttpClient fickle(stage.io, stage.port);
    const bool open = co_await fickle.open_watch(watch_target);
    REQUIRE(open);
  }
  const Fetched made = co_await make(stage.writer, "a");
  CHECK(made.code == 201);
}

TEST_CASE("a watcher that hangs up is let go") {
  Stage stage;
  play(stage.io, stage.server, hang_up(stage));
}

asio::awaitable<void> write_many(Stage& stage) {
  const bool open = co_await stage.watcher.open_watch(watch_target);
  REQUIRE(open);
  for (int i = 0; i < 250; ++i) {
    const std::string name = "w" + std::to_string(i);
    co_await make(stage.writer, name);
    for (int size = 2; size < 5; ++size) {
      std::string patch = R"({"spec":{"size":)" + std::to_string(size) + "}}";
      const Fetched patched = co_await stage.writer.fetch(
          "PATCH", widgets + "/" + name, std::move(patch), "application/merge-patch+json");
      REQUIRE(patched.code == 200);
    }
  }
  Revision last = 0;
  for (int i = 0; i < 1000; ++i) {
    const Json event = co_await stage.watcher.next_event();
    const Revision revision = decimal(version_of(event["object"]));
    REQUIRE(revision > last);
    last = revision;
  }
}

TEST_CASE("many objects with three patches each arrive in order, none missing") {
  Stage stage;
  play(stage.io, stage.server, write_many(stage));
  CHECK(stage.server.requests().count({"patch", "widgets", "", "", "", 200}) == 750);
}

}  // namespace
}  // namespace devcluster::apiserver
