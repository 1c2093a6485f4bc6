#include "snapshot/content_patches.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include "tests/support/contents.hpp"

using namespace tests;
using namespace snapshot;
using boost::json::parse;

namespace {

// JSON compares without regard to the order of members.
void same(const boost::json::value& got, const char* expected) {
  INFO(boost::json::serialize(got));
  CHECK(got == parse(expected));
}

TakenSnapshot taken(bool ready, std::int64_t size = 1000) {
  TakenSnapshot snapshot;
  snapshot.handle = "s-1";
  snapshot.size_bytes = size;
  snapshot.creation_time_ns = 1763907597000000001;
  snapshot.ready_to_use = ready;
  return snapshot;
}

}  // namespace

TEST_CASE("the mark is one annotation of one uid") {
  const auto content = content_with({annotation("example.com/note", "keep")});
  same(mark_patch(ContentView(content)),
       R"({"metadata":{"uid":"c0ffee00-0000-4000-8000-000000000001",
           "annotations":{"snapshot.storage.kubernetes.io/volumesnapshot-being-created":"yes"}}})");
  same(unmark_patch(ContentView(content)),
       R"({"metadata":{"uid":"c0ffee00-0000-4000-8000-000000000001",
           "annotations":{"snapshot.storage.kubernetes.io/volumesnapshot-being-created":null}}})");
}

TEST_CASE("the status gets what it lacks, and no more") {
  struct Row {
    const char* sentence;
    boost::json::value content;
    TakenSnapshot taken;
    const char* expected;
  };
  const auto sized = [](boost::json::value& c) {
    c.as_object()["status"].as_object()["restoreSize"] = 1000;
    c.as_object()["status"].as_object()["creationTime"] = 7;
  };
  const Row table[] = {
      {"everything on a new one", content_with(), taken(true),
       R"({"snapshotHandle":"s-1","creationTime":1763907597000000001,"restoreSize":1000,"readyToUse":true})"},
      {"no size is no zero", content_with(), taken(false, 0),
       R"({"snapshotHandle":"s-1","creationTime":1763907597000000001,"readyToUse":false})"},
      {"readiness alone", content_with({handle("s-1"), not_ready(), sized}), taken(true),
       R"({"readyToUse":true})"},
      {"nothing twice", content_with({handle("s-1"), not_ready(), sized}), taken(false), "{}"},
      {"a size that is known later", content_with({handle("s-1"), not_ready(), sized}),
       taken(false, 2000), R"({"restoreSize":2000})"},
      {"an answer ends an error", content_with({handle("s-1"), not_ready(), sized, error("x")}),
       taken(false), R"({"error":null})"},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    same(status_changes(ContentView(row.content), row.taken), row.expected);
  }
}

TEST_CASE("a status is written member by member, guarded by the uid") {
  const std::string guard =
      R"([{"op":"test","path":"/metadata/uid","value":"c0ffee00-0000-4000-8000-000000000001"},)";
  const auto fresh = content_with();
  same(status_patch(ContentView(fresh), taken(true)),
       (guard + R"({"op":"test","path":"/metadata/resourceVersion","value":"7"},
            {"op":"add","path":"/status","value":
                    {"snapshotHandle":"s-1","creationTime":1763907597000000001,
                     "restoreSize":1000,"readyToUse":true}}])")
           .c_str());
  const auto failed = content_with({cut("s-1"), error("x")});
  same(status_patch(ContentView(failed), taken(true)),
       (guard + R"({"op":"add","path":"/status/readyToUse","value":true},
                   {"op":"remove","path":"/status/error"}])")
           .c_str());
}

TEST_CASE("an error takes readiness only from what is not being deleted") {
  const std::string guard =
      R"([{"op":"test","path":"/metadata/uid","value":"c0ffee00-0000-4000-8000-000000000001"},)";
  const base::WallTime now{std::chrono::microseconds(1'763'907'597'123'456)};
  const auto fresh = content_with();
  same(error_patch(ContentView(fresh), WriteError{"no", true}, now),
       (guard + R"({"op":"test","path":"/metadata/resourceVersion","value":"7"},
            {"op":"add","path":"/status","value":
           {"readyToUse":false,"error":{"time":"2025-11-23T14:19:57Z","message":"no"}}}])")
           .c_str());
  const auto leaving = content_with({handle("s-1"), being_deleted()});
  same(error_patch(ContentView(leaving), WriteError{"no", false}, now),
       (guard + R"({"op":"add","path":"/status/error","value":
           {"time":"2025-11-23T14:19:57Z","message":"no"}}])")
           .c_str());
}

TEST_CASE("a release takes our finalizer from its place, guarded, and the mark if there is one") {
  const auto second =
      content_with({no_finalizer(), foreign_finalizer(), [](boost::json::value& c) {
                      c.as_object()["metadata"].as_object()["finalizers"].as_array().emplace_back(
                          "snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection");
                    }});
  same(release_patch(ContentView(second)),
       R"([{"op":"test","path":"/metadata/uid","value":"c0ffee00-0000-4000-8000-000000000001"},
           {"op":"test","path":"/metadata/resourceVersion","value":"7"},
           {"op":"test","path":"/metadata/finalizers/1",
            "value":"snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection"},
           {"op":"remove","path":"/metadata/finalizers/1"}])");
  const auto marked = content_with({no_finalizer(), being_created()});
  same(release_patch(ContentView(marked)),
       R"([{"op":"test","path":"/metadata/uid","value":"c0ffee00-0000-4000-8000-000000000001"},
           {"op":"test","path":"/metadata/resourceVersion","value":"7"},
           {"op":"remove",
            "path":"/metadata/annotations/snapshot.storage.kubernetes.io~1volumesnapshot-being-created"}])");
}

TEST_CASE("a cleared status names no storage any more, and keeps what is not ours to clear") {
  const auto content = content_with({handle("s-1"), ready(), error("x")});
  same(clear_status_patch(ContentView(content)),
       R"([{"op":"test","path":"/metadata/uid","value":"c0ffee00-0000-4000-8000-000000000001"},
           {"op":"remove","path":"/status/snapshotHandle"},
           {"op":"remove","path":"/status/readyToUse"}])");
}
