#include <catch2/catch.hpp>

#include "devcluster/apiserver/server.hpp"
#include "tests/unit/devcluster/apiserver_core/http_client.hpp"
#include "tests/unit/devcluster/apiserver_core/world.hpp"

namespace devcluster::apiserver {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

const std::string merge_type = "application/merge-patch+json";
const std::string patch_body = R"({"spec":{"size":2}})";

struct Stage {
  Stage()
      : server(io, Options()),
        loaded(server.load_manifest(std::string(widget_definition) +
                                    "---\napiVersion: example.com/v1\nkind: Widget\nmetadata: "
                                    "{name: a}\nspec: {size: 1}\n")),
        port(server.start().value()),
        client(io, port),
        watcher(io, port) {}

  Faults::Id script(Fault::Deed deed, const std::string& verb, int count) {
    Fault fault;
    fault.deed = deed;
    fault.verb = verb;
    fault.resource = "widgets";
    fault.count = count;
    fault.code = 503;
    return server.faults().add(fault);
  }

  int size() {
    return server.store()
        .collection("widgets.example.com")
        .find(Key{"default", "a"})
        ->object["spec"]["size"]
        .get<int>();
  }

  asio::io_context io;
  Server server;
  base::Result<void> loaded;
  std::uint16_t port;
  HttpClient client, watcher;
};

asio::awaitable<void> be_refused_twice(Stage& stage) {
  stage.script(Fault::Deed::answer, "patch", 2);
  for (const int expected : {503, 503, 200}) {
    const Fetched answer =
        co_await stage.client.fetch("PATCH", widgets + "/a", patch_body, merge_type);
    CHECK(answer.code == expected);
    CHECK(stage.size() == (expected == 200 ? 2 : 1));
  }
}

TEST_CASE("a scripted answer comes instead of the deed, as often as asked for") {
  Stage stage;
  play(stage.io, stage.server, be_refused_twice(stage));
  CHECK(stage.server.requests().count({"patch", "widgets", "", "", "client/", 503}) == 2);
}

asio::awaitable<void> be_dropped(Stage& stage) {
  stage.script(Fault::Deed::drop, "patch", 1);
  const Fetched lost = co_await stage.client.fetch("PATCH", widgets + "/a", patch_body, merge_type);
  CHECK(lost.dropped);
  CHECK(stage.size() == 1);
  const Fetched again =
      co_await stage.client.fetch("PATCH", widgets + "/a", patch_body, merge_type);
  CHECK(again.code == 200);
}

TEST_CASE("a dropped connection leaves the deed undone") {
  Stage stage;
  play(stage.io, stage.server, be_dropped(stage));
}

asio::awaitable<void> lose_the_reply(Stage& stage) {
  stage.script(Fault::Deed::lose_reply, "patch", 1);
  const Fetched lost = co_await stage.client.fetch("PATCH", widgets + "/a", patch_body, merge_type);
  CHECK(lost.dropped);
  CHECK(stage.size() == 2);
}

TEST_CASE("a lost reply leaves the deed done") {
  Stage stage;
  play(stage.io, stage.server, lose_the_reply(stage));
}

asio::awaitable<void> wait_for_an_answer(Stage& stage) {
  Fault slow;
  slow.deed = Fault::Deed::delay;
  slow.delay = 30ms;
  stage.server.faults().add(slow);
  const auto before = std::chrono::steady_clock::now();
  const Fetched late = co_await stage.client.fetch("GET", widgets);
  CHECK(late.code == 200);
  CHECK(std::chrono::steady_clock::now() - before >= 30ms);
}

TEST_CASE("a delayed answer is late but right") {
  Stage stage;
  play(stage.io, stage.server, wait_for_an_answer(stage));
}

asio::awaitable<void> lose_the_stream(Stage& stage) {
  const bool open = co_await stage.watcher.open_watch(widgets + "?watch=true");
  REQUIRE(open);
  const Json event = co_await stage.watcher.next_event();
  CHECK(event["type"] == "ADDED");
  stage.script(Fault::Deed::drop_watch, "watch", 1);
  const Json end = co_await stage.watcher.next_event();
  CHECK(end.is_null());
  CHECK_FALSE(stage.watcher.clean_end());
}

TEST_CASE("a dropped watch ends in the middle of its body") {
  Stage stage;
  play(stage.io, stage.server, lose_the_stream(stage));
  CHECK(stage.server.faults().active().empty());
}

asio::awaitable<void> see_it_late(Stage& stage) {
  const bool open = co_await stage.watcher.open_watch(widgets + "?watch=true");
  REQUIRE(open);
  const Json first = co_await stage.watcher.next_event();
  CHECK(first["type"] == "ADDED");
  const Faults::Id hold = stage.script(Fault::Deed::hold_watch, "watch", 0);
  co_await stage.client.fetch("PATCH", widgets + "/a", patch_body, merge_type);
  const Fetched read = co_await stage.client.fetch("GET", widgets + "/a");
  CHECK(read.body()["spec"]["size"] == 2);
  stage.server.faults().remove(hold);
  const Json late = co_await stage.watcher.next_event();
  CHECK(late["object"]["spec"]["size"] == 2);
}

TEST_CASE("a stale watch shows its events when it is released") {
  Stage stage;
  play(stage.io, stage.server, see_it_late(stage));
}

asio::awaitable<void> see_it_later(Stage& stage) {
  const bool open = co_await stage.watcher.open_watch(
      widgets + "?watch=true&resourceVersion=" + std::to_string(stage.server.store().revision()));
  REQUIRE(open);
  Fault lag;
  lag.deed = Fault::Deed::hold_watch;
  lag.delay = 40ms;
  stage.server.faults().add(lag);
  const auto before = std::chrono::steady_clock::now();
  co_await stage.client.fetch("PATCH", widgets + "/a", patch_body, merge_type);
  const Json late = co_await stage.watcher.next_event();
  CHECK(late["object"]["spec"]["size"] == 2);
  CHECK(std::chrono::steady_clock::now() - before >= 40ms);
}

TEST_CASE("a watch that lags shows each change a while after it happened") {
  Stage stage;
  play(stage.io, stage.server, see_it_later(stage));
}

asio::awaitable<void> script_by_hand(Stage& stage) {
  const Fetched set = co_await stage.client.fetch(
      "POST", "/devcluster/faults",
      R"({"verb":"list","resource":"widgets","fault":"answer","code":429,"retryAfter":2,"body":"slow down"})");
  CHECK(set.code == 200);
  const Fetched struck = co_await stage.client.fetch("GET", widgets);
  CHECK(struck.code == 429);
  CHECK(struck.retry_after == "2");
  CHECK(struck.text_of_body == "slow down");
  const Fetched log = co_await stage.client.fetch("GET", "/devcluster/requests");
  CHECK(log.body()["requests"].back()["status"] == 429);
}

TEST_CASE("faults can be scripted over HTTP, and what was asked can be read") {
  Stage stage;
  play(stage.io, stage.server, script_by_hand(stage));
}

}  // namespace
}  // namespace devcluster::apiserver
