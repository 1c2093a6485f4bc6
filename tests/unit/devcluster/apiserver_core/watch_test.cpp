#include "devcluster/apiserver/watch.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/devcluster/apiserver_core/world.hpp"

namespace devcluster::apiserver {
namespace {

std::string now_in(World& world) {
  return std::to_string(world.api.cluster().store().revision());
}

TEST_CASE("a watch from a version shows what came after it, in order") {
  World world;
  world.widget("a");
  const Reply reply = world.watch(widgets + "?watch=true&resourceVersion=" + now_in(world));
  REQUIRE(reply.watch);
  CHECK(events_of(*reply.watch).empty());
  world.widget("b");
  world.merge(widgets + "/a", R"({"spec":{"size":2}})");
  world.ask("DELETE", widgets + "/a");
  CHECK(events_of(*reply.watch) == "ADDED b, MODIFIED a, DELETED a");
  CHECK(events_of(*reply.watch).empty());
}

TEST_CASE("a watch without a version, or from 0, begins with what is there") {
  const std::string query = GENERATE("", "&resourceVersion=0");
  World world;
  world.widget("a");
  world.widget("b");
  const Reply reply = world.watch(widgets + "?watch=true" + query);
  world.widget("c");
  CHECK(events_of(*reply.watch) == "ADDED a, ADDED b, ADDED c");
}

TEST_CASE("a deletion is shown with the version of the deletion") {
  World world;
  world.widget("a");
  const Reply reply = world.watch(widgets + "?watch=true&resourceVersion=" + now_in(world));
  world.ask("DELETE", widgets + "/a");
  const Json event = Json::parse(reply.watch->take(1 << 20, {}));
  CHECK(version_of(event["object"]) == now_in(world));
}

TEST_CASE("objects that enter or leave a selection are added or deleted for the watcher") {
  World world;
  world.widget("a", R"("labels":{"x":"y"})");
  world.widget("b");
  const Reply reply =
      world.watch(widgets + "?watch=true&labelSelector=x&resourceVersion=" + now_in(world));
  world.merge(widgets + "/a", R"({"spec":{"size":5}})");
  world.merge(widgets + "/b", R"({"metadata":{"labels":{"x":"z"}}})");
  world.merge(widgets + "/a", R"({"metadata":{"labels":null}})");
  world.merge(widgets + "/a", R"({"spec":{"size":6}})");
  world.ask("DELETE", widgets + "/b");
  CHECK(events_of(*reply.watch) == "MODIFIED a, ADDED b, DELETED a, DELETED b");
}

TEST_CASE("a watch by name or field sees only that") {
  World world;
  const Reply reply = world.watch(widgets + "?watch=true&fieldSelector=spec.color%3Dblue");
  world.widget("a");
  world.widget("b", "", R"({"color":"blue"})");
  CHECK(events_of(*reply.watch) == "ADDED b");
}

TEST_CASE("a version that is compacted away is a first event with 410, and the end") {
  World world;
  const std::string before = now_in(world);
  world.widget("a");
  world.api.cluster().store().compact();
  const Reply reply = world.watch(widgets + "?watch=true&resourceVersion=" + before);
  CHECK(reply.code == 200);
  const Json event = Json::parse(reply.watch->take(1 << 20, {}));
  CHECK(event["type"] == "ERROR");
  CHECK(event["object"]["code"] == 410);
  CHECK(event["object"]["reason"] == "Expired");
  CHECK(text(event["object"], "message").starts_with("too old resource version: "));
  CHECK(reply.watch->over());
}

TEST_CASE("a watcher that falls out of the window gets 410") {
  World world(5);
  const Reply reply = world.watch(widgets + "?watch=true&resourceVersion=" + now_in(world));
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) world.widget(name);
  CHECK(events_of(*reply.watch) == "ERROR");
}

TEST_CASE("a compaction does not disturb a watcher that is up to date") {
  World world;
  const Reply reply = world.watch(widgets + "?watch=true");
  world.widget("a");
  CHECK(events_of(*reply.watch) == "ADDED a");
  world.api.cluster().store().compact();
  CHECK(events_of(*reply.watch).empty());
  world.widget("b");
  CHECK(events_of(*reply.watch) == "ADDED b");
}

TEST_CASE("bookmarks come to those who asked, and follow the whole store") {
  World world;
  const Reply with = world.watch(widgets + "?watch=true&allowWatchBookmarks=true");
  const Reply without = world.watch(widgets + "?watch=true");
  world.post("/api/v1/namespaces", R"({"metadata":{"name":"elsewhere"}})");
  events_of(*with.watch);
  events_of(*without.watch);
  CHECK(without.watch->bookmark().empty());
  const Json bookmark = Json::parse(with.watch->bookmark());
  CHECK(bookmark["type"] == "BOOKMARK");
  CHECK(bookmark["object"]["kind"] == "Widget");
  CHECK(version_of(bookmark["object"]) == now_in(world));
  CHECK_FALSE(bookmark["object"].contains("spec"));
}

TEST_CASE("a streaming list ends its first part with a marked bookmark") {
  World world;
  world.widget("a");
  const Reply reply = world.watch(widgets +
                                  "?watch=true&sendInitialEvents=true&allowWatchBookmarks=true"
                                  "&resourceVersionMatch=NotOlderThan");
  REQUIRE(reply.watch);
  const std::string text_of_it = reply.watch->take(1 << 20, {});
  const Json mark = Json::parse(text_of_it.substr(text_of_it.find('\n') + 1));
  CHECK(mark["type"] == "BOOKMARK");
  CHECK(mark["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"] == "true");
  CHECK(version_of(mark["object"]) == now_in(world));
  world.widget("b");
  CHECK(events_of(*reply.watch) == "ADDED b");
}

TEST_CASE("watch parameters that do not go together are refused before the stream begins") {
  struct Row {
    const char* query;
    int code;
  };
  const Row row = GENERATE(values<Row>({
      {"sendInitialEvents=true", 422},
      {"sendInitialEvents=true&resourceVersionMatch=Exact", 422},
      {"resourceVersionMatch=NotOlderThan&resourceVersion=1", 422},
      {"resourceVersion=x", 400},
      {"fieldSelector=spec.size%3D1", 400},
      {"sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=99999", 504},
  }));
  INFO(row.query);
  World world;
  CHECK(world.watch(widgets + "?watch=true&" + row.query).code == row.code);
}

TEST_CASE("a watch shows nothing beyond its horizon, and the rest once that moves") {
  World world;
  const Reply reply = world.watch(widgets + "?watch=true&allowWatchBookmarks=true");
  world.widget("a");
  Horizon horizon;
  horizon.revision = world.api.cluster().store().revision();
  world.widget("b");
  CHECK(events_of(*reply.watch, horizon) == "ADDED a");
  CHECK(version_of(Json::parse(reply.watch->bookmark())["object"]) ==
        std::to_string(horizon.revision));
  CHECK(events_of(*reply.watch) == "ADDED b");
}

TEST_CASE("large amounts come in portions") {
  World world;
  for (const char* name : {"a", "b", "c"}) world.widget(name);
  const Reply reply = world.watch(widgets + "?watch=true");
  const std::string first = reply.watch->take(10, {});
  CHECK(Json::parse(first)["object"]["metadata"]["name"] == "a");
  CHECK(events_of(*reply.watch) == "ADDED b, ADDED c");
}

}  // namespace
}  // namespace devcluster::apiserver
