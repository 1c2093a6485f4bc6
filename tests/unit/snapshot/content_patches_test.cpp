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

TEST_CASE("the mark is one annotation of one uid, set in its latest version") {
  const auto content = content_with({annotation("example.com/note", "keep")});
  same(mark_patch(ContentView(content)),
       R"({"metadata":{"uid":"c0ffee00-0000-4000-8000-000000000001","resourceVersion":"7",
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

TEST_CASE("an error that our copy does not show yet cannot stay in a content that becomes ready") {
  const std::string guard =
      R"([{"op":"test","path":"/metadata/uid","value":"c0ffee00-0000-4000-8000-000000000001"},)";
  const auto waiting = content_with({cut("s-1")});
  same(status_patch(ContentView(waiting), taken(true)),
       (guard + R"({"op":"test","path":"/metadata/resourceVersion","value":"7"},
                   {"op":"add","path":"/status/readyToUse","value":true}])")
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

namespace {

TakenSnapshot taken_group(bool ready) {
  TakenSnapshot group;
  group.handle = "g-1";
  group.creation_time_ns = 1763907597000000001;
  group.ready_to_use = ready;
  for (const char* id : {"m-1", "m-2"}) {
    TakenSnapshot::Member member;
    member.handle = id;
    member.volume_handle = std::string("vol-") + id[2];
    member.ready_to_use = ready;
    group.members.push_back(member);
  }
  group.members[0].size_bytes = 1000;
  group.members[0].creation_time_ns = 7;
  return group;
}

boost::json::object group_changes(const boost::json::value& content, const TakenSnapshot& taken) {
  return status_changes(ContentView(content, grouped), taken);
}

}  // namespace

TEST_CASE("a group's status has a time for people, and lists its members") {
  same(group_changes(group_content_with(), taken_group(false)),
       R"({"volumeGroupSnapshotHandle":"g-1","creationTime":"2025-11-23T14:19:57Z",
           "readyToUse":false,"volumeSnapshotInfoList":[
             {"volumeHandle":"vol-1","snapshotHandle":"m-1","creationTime":7,"restoreSize":1000,
              "readyToUse":false},
             {"volumeHandle":"vol-2","snapshotHandle":"m-2","readyToUse":false}]})");
}

TEST_CASE("a group's members are listed later, too, but only once") {
  auto content = group_content_with({handle("g-1"), not_ready()});
  const auto changes = group_changes(content, taken_group(false));
  REQUIRE(changes.contains("volumeSnapshotInfoList"));
  CHECK_FALSE(changes.contains("volumeGroupSnapshotHandle"));
  content.at("status").as_object()["volumeSnapshotInfoList"] = changes.at("volumeSnapshotInfoList");
  CHECK_FALSE(group_changes(content, taken_group(false)).contains("volumeSnapshotInfoList"));
}

TEST_CASE("a group's members stay who they are and become ready") {
  auto content = group_content_with();
  content.as_object()["status"] = group_changes(content, taken_group(false));
  same(group_changes(content, taken_group(false)), "{}");
  TakenSnapshot later = taken_group(true);
  later.members.pop_back();  // the driver forgot one: we do not
  same(group_changes(content, later),
       R"({"readyToUse":true,"volumeSnapshotInfoList":[
             {"volumeHandle":"vol-1","snapshotHandle":"m-1","creationTime":7,"restoreSize":1000,
              "readyToUse":true},
             {"volumeHandle":"vol-2","snapshotHandle":"m-2","readyToUse":false}]})");
}

TEST_CASE("an imported group's status does not list members: whoever imported it has") {
  const auto content = group_content_with({preprovisioned_group("g-1", {"m-1"})});
  same(group_changes(content, taken_group(true)),
       R"({"volumeGroupSnapshotHandle":"g-1","creationTime":"2025-11-23T14:19:57Z",
           "readyToUse":true})");
}

TEST_CASE("a snapshot that turns out to be of a group says so") {
  TakenSnapshot member = taken(true);
  member.group_handle = "g-1";
  const auto content = content_with({preprovisioned("s-1")});
  CHECK(status_changes(ContentView(content), member).at("volumeGroupSnapshotHandle") == "g-1");
}

TEST_CASE("a group's own keys are used for its mark, finalizer and status") {
  const auto content =
      group_content_with({handle("g-1"), ready(), being_created(), members({"m-1"})});
  const ContentView group(content, grouped);
  same(mark_patch(group),
       R"({"metadata":{"uid":"c0ffee00-0000-4000-8000-000000000002","resourceVersion":"7",
           "annotations":
           {"groupsnapshot.storage.kubernetes.io/volumegroupsnapshot-being-created":"yes"}}})");
  same(release_patch(group),
       R"([{"op":"test","path":"/metadata/uid","value":"c0ffee00-0000-4000-8000-000000000002"},
           {"op":"test","path":"/metadata/finalizers/0","value":
            "groupsnapshot.storage.kubernetes.io/volumegroupsnapshotcontent-bound-protection"},
           {"op":"remove","path":"/metadata/finalizers/0"},
           {"op":"remove","path":"/metadata/annotations/groupsnapshot.storage.kubernetes.io~1volumegroupsnapshot-being-created"}])");
  same(clear_status_patch(group),
       R"([{"op":"test","path":"/metadata/uid","value":"c0ffee00-0000-4000-8000-000000000002"},
           {"op":"remove","path":"/status/volumeGroupSnapshotHandle"},
           {"op":"remove","path":"/status/readyToUse"}])");
}
