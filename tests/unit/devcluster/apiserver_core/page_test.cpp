#include "devcluster/apiserver/page.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/devcluster/apiserver_core/world.hpp"

namespace devcluster::apiserver {
namespace {

std::string next_of(const Answered& page) {
  return std::string(text(page.body, "metadata", "continue"));
}

std::string version_of_list(const Answered& page) {
  return std::string(text(page.body, "metadata", "resourceVersion"));
}

TEST_CASE("a list in pages shows one moment, whatever happens between the pages") {
  World world;
  for (const char* name : {"a", "b", "c", "d"}) world.widget(name);
  const Answered first = world.get(widgets + "?limit=2");
  CHECK(names_in(first.body) == "a b");
  CHECK(first.body["metadata"]["remainingItemCount"] == 2);

  world.ask("DELETE", widgets + "/c");
  world.widget("bb");
  world.merge(widgets + "/d", R"({"spec":{"size":9}})");

  const Answered second = world.get(widgets + "?limit=2&continue=" + next_of(first));
  CHECK(names_in(second.body) == "c d");
  CHECK(second.body["items"][1]["spec"]["size"] == 1);
  CHECK(next_of(second).empty());
  CHECK(version_of_list(second) == version_of_list(first));
}

TEST_CASE("a page of a selection counts only what is selected") {
  World world;
  for (const char* name : {"a", "b", "c"}) world.widget(name, R"("labels":{"x":"y"})");
  world.widget("aa");
  const Answered page = world.get(widgets + "?limit=2&labelSelector=x%3Dy");
  CHECK(names_in(page.body) == "a b");
  CHECK_FALSE(page.body["metadata"].contains("remainingItemCount"));
  const Answered rest =
      world.get(widgets + "?limit=2&labelSelector=x%3Dy&continue=" + next_of(page));
  CHECK(names_in(rest.body) == "c");
}

TEST_CASE("after a compaction a token has expired, and says how to go on all the same") {
  World world;
  for (const char* name : {"a", "b", "c"}) world.widget(name);
  const Answered first = world.get(widgets + "?limit=1");
  world.widget("d");
  world.api.cluster().store().compact();

  const Answered second = world.get(widgets + "?limit=1&continue=" + next_of(first));
  CHECK(second.code == 410);
  CHECK(second.reason() == "Expired");
  const Answered inconsistent = world.get(widgets + "?continue=" + next_of(second));
  CHECK(inconsistent.code == 200);
  CHECK(names_in(inconsistent.body) == "b c d");
}

TEST_CASE("list parameters mean what the API concepts page says") {
  World world;
  const std::string then(text(world.widget("a").body, "metadata", "resourceVersion"));
  world.widget("b");
  struct Row {
    const char* sentence;
    std::string query;
    int code;
    const char* names;
  };
  const std::vector<Row> rows = {
      {"no version: the present", "", 200, "a b"},
      {"0: the cache, which ignores the limit", "resourceVersion=0&limit=1", 200, "a b"},
      {"N without limit: not older than N", "resourceVersion=" + then, 200, "a b"},
      {"N with limit and no match: exactly N", "resourceVersion=" + then + "&limit=5", 200, "a"},
      {"NotOlderThan with a limit",
       "resourceVersionMatch=NotOlderThan&limit=5&resourceVersion=" + then, 200, "a b"},
      {"Exact", "resourceVersionMatch=Exact&resourceVersion=" + then, 200, "a"},
      {"Exact with 0", "resourceVersionMatch=Exact&resourceVersion=0", 422, ""},
      {"match without version", "resourceVersionMatch=Exact", 422, ""},
      {"an unknown match", "resourceVersionMatch=Near&resourceVersion=1", 422, ""},
      {"match with continue", "resourceVersionMatch=Exact&continue=x", 422, ""},
      {"version with continue", "resourceVersion=5&continue=x", 400, ""},
      {"a token of somebody else", "continue=x", 400, ""},
      {"sendInitialEvents", "sendInitialEvents=true", 422, ""},
      {"a version that is no number", "resourceVersion=new", 400, ""},
      {"a version of the future", "resourceVersion=999999", 504, ""},
  };
  for (const Row& row : rows) {
    INFO(row.sentence);
    const Answered answered = world.get(widgets + "?" + row.query);
    CHECK(answered.code == row.code);
    CHECK(names_in(answered.body) == row.names);
  }
}

TEST_CASE("a version of the future is refused with the cause that clients look for") {
  World world;
  const Answered answered = world.get(widgets + "?resourceVersion=999999");
  CHECK(answered.reason() == "Timeout");
  CHECK(answered.body["details"]["causes"][0]["reason"] == "ResourceVersionTooLarge");
  CHECK(answered.body["details"]["retryAfterSeconds"] == 1);
}

TEST_CASE("exactly a version that is compacted has expired") {
  World world;
  const std::string then(text(world.widget("a").body, "metadata", "resourceVersion"));
  world.widget("b");
  world.api.cluster().store().compact();
  CHECK(world.get(widgets + "?resourceVersionMatch=Exact&resourceVersion=" + then).code == 410);
  CHECK(world.get(widgets + "?resourceVersion=" + then).code == 200);
}

TEST_CASE("a list of one namespace stops at its border") {
  World world;
  world.post("/api/v1/namespaces", R"({"metadata":{"name":"other"}})");
  world.widget("a");
  world.post(
      "/apis/example.com/v1/namespaces/other/widgets",
      R"({"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"z"},"spec":{}})");
  CHECK(names_in(world.get(widgets).body) == "a");
  CHECK(names_in(world.get("/apis/example.com/v1/widgets").body) == "a z");
}

}  // namespace
}  // namespace devcluster::apiserver
