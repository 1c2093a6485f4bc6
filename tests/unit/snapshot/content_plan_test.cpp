#include "snapshot/content_plan.hpp"

#include <catch2/catch.hpp>

#include "tests/support/contents.hpp"

using namespace tests;
using base::Error;
using base::ErrorKind;
using snapshot::Deed;
using snapshot::Failure;
using snapshot::Parameters;
using snapshot::Pass;
using snapshot::SnapshotClass;
using snapshot::TakenSnapshot;

namespace {

constexpr const char* name = "snapshot-0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";

TakenSnapshot taken(std::string handle, bool ready) {
  TakenSnapshot snapshot;
  snapshot.handle = std::move(handle);
  snapshot.size_bytes = 1000;
  snapshot.creation_time_ns = 5;
  snapshot.ready_to_use = ready;
  return snapshot;
}

Pass nothing_yet() {
  return Pass();
}

Pass with_secret() {
  Pass pass;
  pass.secret_in_hand = true;
  return pass;
}

Pass answered(std::string handle, bool ready) {
  Pass pass;
  pass.answer = taken(std::move(handle), ready);
  return pass;
}

Pass failed(Deed deed, ErrorKind kind, std::string text, bool final) {
  Pass pass;
  pass.failure = Failure(deed, Error(kind, std::move(text)), final);
  return pass;
}

Pass first_try_refused() {
  Pass pass = failed(Deed::create, ErrorKind::invalid, "no", true);
  pass.marked_here = true;
  return pass;
}

Pass reported(Pass pass) {
  pass.reported = true;
  return pass;
}

Pass deleted() {
  Pass pass;
  pass.deleted = true;
  return pass;
}

enum class Class { fast, missing, of_another_driver, reserved };

struct Row {
  const char* sentence;
  boost::json::value content;
  Pass pass;
  std::string expected;  // describe(action)
  Class snapshot_class = Class::fast;
  bool driver_can_look_up = false;
};

std::string planned(const Row& row) {
  SnapshotClass fast(driver_name, {{"tier", "hot"}});
  if (row.snapshot_class == Class::of_another_driver) fast.driver = "other.example.com";
  if (row.snapshot_class == Class::reserved) fast.parameters["csi.storage.k8s.io/nonsense"] = "x";
  snapshot::PlanOptions options;
  options.driver = driver_name;
  options.driver_can_look_up = row.driver_can_look_up;
  const bool found = row.snapshot_class != Class::missing;
  return describe(
      plan(snapshot::ContentView(row.content), found ? &fast : nullptr, options, row.pass));
}

void check(const std::vector<Row>& table) {
  for (const Row& row : table) {
    INFO(row.sentence);
    CHECK(planned(row) == row.expected);
  }
}

const std::string create = std::string("create snapshot ") + name + " of volume vol-1";

const std::string timed_out = "rpc error: code = DeadlineExceeded desc = context deadline exceeded";
const std::string timed_out_message =
    "Failed to create snapshot: failed to take snapshot of the volume vol-1: \"" + timed_out + "\"";
const std::string refused = "rpc error: code = InvalidArgument desc = no \"such\" volume";
const std::string refused_message =
    "Failed to create snapshot: failed to take snapshot of the volume vol-1: "
    "\"rpc error: code = InvalidArgument desc = no \\\"such\\\" volume\"";

}  // namespace

TEST_CASE("plan: a snapshot is taken") {
  check({
      {"a new content is marked before anything is sent", content_with(), nothing_yet(),
       "mark being created"},
      {"a marked content is created", content_with({being_created()}), nothing_yet(), create},
      {"what the driver said is recorded first", content_with({being_created()}),
       answered("s-1", true), "record snapshot s-1, ready"},
      {"then the mark goes", content_with({being_created(), handle("s-1"), ready()}), nothing_yet(),
       "unmark being created"},
      {"ready without a mark needs nothing", content_with({handle("s-1"), ready()}), nothing_yet(),
       "settle"},
      {"a status without a handle does not count as taken", content_with({not_ready()}),
       nothing_yet(), "mark being created"},
      {"an empty handle is none", content_with({handle("")}), nothing_yet(), "mark being created"},
      {"an earlier error does not stop the next try", content_with({error("x"), not_ready()}),
       nothing_yet(), "mark being created"},
      {"the secret is fetched before the mark is set", content_with({secret("ns", "creds")}),
       nothing_yet(), "fetch secret ns/creds"},
      {"with the secret in hand the mark is set", content_with({secret("ns", "creds")}),
       with_secret(), "mark being created"},
      {"after a crash the secret is fetched again before the call",
       content_with({secret("ns", "creds"), being_created()}), nothing_yet(),
       "fetch secret ns/creds"},
  });
}

TEST_CASE("plan: waiting for readiness is polling, without the mark") {
  check({
      {"a cut snapshot that is not ready is recorded", content_with({being_created()}),
       answered("s-1", false), "record snapshot s-1, not ready"},
      {"the mark goes although it is not ready: the outcome is known",
       content_with({being_created(), cut("s-1")}), answered("s-1", false), "unmark being created"},
      {"just answered and recorded: look again later", content_with({cut("s-1")}),
       answered("s-1", false), "poll"},
      {"a later look asks under the same name, unmarked",
       content_with({handle("s-1"), not_ready()}), nothing_yet(), create},
      {"a driver that can look up is not asked to create",
       content_with({handle("s-1"), not_ready()}), nothing_yet(), "look up snapshot s-1",
       Class::fast, true},
      {"now it is ready", content_with({handle("s-1"), not_ready()}), answered("s-1", true),
       "record snapshot s-1, ready"},
      {"another handle under the same name is not believed",
       content_with({handle("s-1"), not_ready()}), answered("s-2", true),
       "report: Failed to check and update snapshot content: failed to take snapshot of the volume "
       "vol-1: "
       "\"the driver answered with snapshot \\\"s-2\\\", the content records \\\"s-1\\\"\""},
      {"a failed look is reported as a check", content_with({handle("s-1"), not_ready()}),
       failed(Deed::look_up, ErrorKind::unavailable, "rpc error: code = Unavailable desc = down",
              false),
       "report: Failed to check and update snapshot content: failed to list snapshot for content "
       "content-1: "
       "\"rpc error: code = Unavailable desc = down\""},
      {"a final error while polling does not touch the handle",
       content_with({handle("s-1"), not_ready(),
                     error("Failed to check and update snapshot content: failed to take snapshot "
                           "of the volume "
                           "vol-1: \"rpc error: code = Internal desc = x\"")}),
       failed(Deed::create, ErrorKind::internal, "rpc error: code = Internal desc = x", true),
       "back off: Failed to check and update snapshot content: failed to take snapshot of the "
       "volume vol-1: "
       "\"rpc error: code = Internal desc = x\""},
  });
}

TEST_CASE("plan: what is wrong on our side is found before the mark") {
  check({
      {"no class", content_with({class_name("")}), nothing_yet(),
       "report: Failed to create snapshot: failed to take snapshot content-1 without a snapshot "
       "class"},
      {"a class that is not there", content_with(), nothing_yet(),
       "report: Failed to create snapshot: failed to get input parameters to create snapshot for "
       "content "
       "content-1: \"volumesnapshotclass.snapshot.storage.k8s.io \\\"fast\\\" not found\"",
       Class::missing},
      {"a class of another driver", content_with(), nothing_yet(),
       "report: Failed to create snapshot: failed to get input parameters to create snapshot for "
       "content "
       "content-1: \"volumesnapshotclass \\\"fast\\\" is for driver \\\"other.example.com\\\", the "
       "content for "
       "\\\"csi.example.com\\\"\"",
       Class::of_another_driver},
      {"a reserved parameter", content_with(), nothing_yet(),
       "report: Failed to create snapshot: failed to remove CSI Parameters of prefixed keys: found "
       "unknown "
       "parameter key \"csi.storage.k8s.io/nonsense\" with reserved namespace csi.storage.k8s.io/",
       Class::reserved},
      {"a content that is bound to nothing", content_with({unbound()}), nothing_yet(),
       "report: Failed to create snapshot: the content is not bound: spec.volumeSnapshotRef.uid is "
       "empty, and "
       "the snapshot's name is made from it"},
      {"a secret that is named by half an annotation", content_with({secret("ns", "")}),
       nothing_yet(),
       "report: Failed to create snapshot: failed to get input parameters to create snapshot for "
       "content "
       "content-1: \"cannot retrieve secrets for snapshot content \\\"content-1\\\", err: secret "
       "name or "
       "namespace not specified\""},
      {"a secret that cannot be fetched", content_with({secret("ns", "creds")}),
       failed(Deed::fetch_secret, ErrorKind::not_found, "no secret", false),
       "report: Failed to create snapshot: failed to get input parameters to create snapshot for "
       "content "
       "content-1: \"no secret\""},
      {"said once, it is not written again",
       content_with({class_name(""), error("Failed to create snapshot: failed to take snapshot "
                                           "content-1 without a snapshot class")}),
       nothing_yet(),
       "back off: Failed to create snapshot: failed to take snapshot content-1 without a snapshot "
       "class"},
  });
}

TEST_CASE("plan: a create that fails") {
  check({
      {"with a final code is reported", content_with({being_created()}),
       failed(Deed::create, ErrorKind::invalid, refused, true), "report: " + refused_message},
      {"then unmarked: nothing exists", content_with({being_created(), error(refused_message)}),
       failed(Deed::create, ErrorKind::invalid, refused, true), "unmark being created"},
      {"then tried again later", content_with({error(refused_message)}),
       failed(Deed::create, ErrorKind::invalid, refused, true), "back off: " + refused_message},
      {"with an unknown outcome is reported", content_with({being_created()}),
       failed(Deed::create, ErrorKind::timed_out, timed_out, false),
       "report: " + timed_out_message},
      {"written once, it is not written again, whatever the server made of the text",
       content_with({being_created(), error("another text")}),
       reported(failed(Deed::create, ErrorKind::timed_out, timed_out, false)),
       "back off: " + timed_out_message},
      {"and keeps its mark", content_with({being_created(), error(timed_out_message)}),
       failed(Deed::create, ErrorKind::timed_out, timed_out, false),
       "back off: " + timed_out_message},
      {"an answer clears the error", content_with({being_created(), error(timed_out_message)}),
       answered("s-1", false), "record snapshot s-1, not ready"},
  });
}

TEST_CASE("plan: deletion by policy") {
  check({
      {"Delete: the storage goes first", content_with({being_deleted(), handle("s-1"), ready()}),
       nothing_yet(), "delete snapshot s-1"},
      {"then the object is released", content_with({being_deleted(), handle("s-1"), ready()}),
       deleted(), "release"},
      {"where others hold the object, it must not go on naming a handle",
       content_with({being_deleted(), handle("s-1"), ready(), foreign_finalizer()}), deleted(),
       "clear status"},
      {"but first the mark goes, which would read as an unknown outcome",
       content_with({being_deleted(), handle("s-1"), being_created(), foreign_finalizer()}),
       deleted(), "unmark being created"},
      {"and after that it is released", content_with({being_deleted(), foreign_finalizer()}),
       deleted(), "release"},
      {"released by us, the rest is theirs",
       content_with({being_deleted(), no_finalizer(), foreign_finalizer()}), nothing_yet(),
       "settle"},
      {"the last finalizer is gone, and so is the object: no second call",
       content_with({being_deleted(), no_finalizer(), handle("s-1"), ready()}), nothing_yet(),
       "settle"},
      {"Retain: the storage stays",
       content_with({being_deleted(), handle("s-1"), ready(), retain()}), nothing_yet(), "release"},
      {"an unknown policy keeps the storage",
       content_with({being_deleted(), handle("s-1"),
                     [](boost::json::value& c) {
                       c.as_object()["spec"].as_object()["deletionPolicy"] = "Remove";
                     }}),
       nothing_yet(), "release"},
      {"never begun: nothing to delete", content_with({being_deleted()}), nothing_yet(), "release"},
      {"a group deletes its members itself",
       content_with({being_deleted(), handle("s-1"), group_handle()}), nothing_yet(), "release"},
      {"cut and not ready is deleted as well",
       content_with({being_deleted(), handle("s-1"), not_ready()}), nothing_yet(),
       "delete snapshot s-1"},
      {"the class is not needed for it", content_with({being_deleted(), handle("s-1")}),
       nothing_yet(), "delete snapshot s-1", Class::missing},
      {"the secret is", content_with({being_deleted(), handle("s-1"), secret("ns", "creds")}),
       nothing_yet(), "fetch secret ns/creds"},
      {"a missing secret is reported as what blocks the deletion",
       content_with({being_deleted(), handle("s-1"), secret("ns", "creds")}),
       failed(Deed::fetch_secret, ErrorKind::not_found, "no secret", false),
       "report: Failed to delete snapshot: no secret"},
      {"a failed deletion keeps object and handle", content_with({being_deleted(), handle("s-1")}),
       failed(Deed::remove, ErrorKind::internal, "rpc error: code = Internal desc = busy", true),
       "report: Failed to delete snapshot: rpc error: code = Internal desc = busy"},
      {"and is tried again later",
       content_with({being_deleted(), handle("s-1"),
                     error("Failed to delete snapshot: rpc error: code = Internal desc = busy")}),
       failed(Deed::remove, ErrorKind::internal, "rpc error: code = Internal desc = busy", true),
       "back off: Failed to delete snapshot: rpc error: code = Internal desc = busy"},
      {"asked for and not allowed yet: a ready one waits",
       content_with({deletion_requested(), handle("s-1"), ready()}), nothing_yet(), "settle"},
      {"asked for and not allowed yet: nothing new is begun", content_with({deletion_requested()}),
       nothing_yet(), "settle"},
      {"asked for and not allowed yet: what was begun is finished",
       content_with({deletion_requested(), being_created()}), nothing_yet(), create},
      {"the annotation without the timestamp deletes nothing",
       content_with(
           {annotation("snapshot.storage.kubernetes.io/volumesnapshot-being-deleted", "yes"),
            handle("s-1"), ready()}),
       nothing_yet(), "settle"},
      {"an unbound pre-provisioned content needs no permission",
       content_with({deletion_requested(), preprovisioned("p-1"), unbound(), handle("p-1")}),
       nothing_yet(), "delete snapshot p-1"},
      {"a pre-provisioned one that was never checked stays, and is named",
       content_with({being_deleted(), preprovisioned("p-1")}), nothing_yet(),
       "release, although the pre-provisioned snapshot p-1 was never checked and stays on the "
       "storage"},
  });
}

TEST_CASE("plan: deletion while the outcome of a create is unknown") {
  check({
      {"the driver is asked again under the same name",
       content_with({being_deleted(), being_created()}), nothing_yet(), create},
      {"also where the storage is to stay",
       content_with({being_deleted(), being_created(), retain()}), nothing_yet(), create},
      {"also when the class is gone", content_with({being_deleted(), being_created()}),
       nothing_yet(), create, Class::missing},
      {"also when the class has become wrong", content_with({being_deleted(), being_created()}),
       nothing_yet(), create, Class::reserved},
      {"its answer is recorded", content_with({being_deleted(), being_created()}),
       answered("s-1", false), "record snapshot s-1, not ready"},
      {"then deleted in the same pass",
       content_with({being_deleted(), being_created(), cut("s-1")}), answered("s-1", false),
       "delete snapshot s-1"},
      {"then released, mark and all",
       content_with({being_deleted(), being_created(), handle("s-1")}), deleted(), "release"},
      {"a final error to the first try means that nothing exists",
       content_with({being_deleted(), being_created()}), first_try_refused(), "release"},
      {"to a later one it proves nothing about the first: what may stay is named",
       content_with({being_deleted(), being_created()}),
       failed(Deed::create, ErrorKind::invalid, refused, true),
       "release, although an earlier create of snapshot " + std::string(name) +
           " had an unknown outcome and the driver now refuses it (" + refused +
           "): if it was made, it stays on the storage"},
      {"another unknown outcome is reported", content_with({being_deleted(), being_created()}),
       failed(Deed::create, ErrorKind::timed_out, timed_out, false),
       "report: " + timed_out_message},
      {"and asked again after the backoff",
       content_with({being_deleted(), being_created(), error(timed_out_message)}),
       failed(Deed::create, ErrorKind::timed_out, timed_out, false),
       "back off: " + timed_out_message},
      {"a mark on a content without a name cannot have led to a call",
       content_with({being_deleted(), being_created(), unbound()}), nothing_yet(), "release"},
      {"after the release nothing is left", content_with({being_deleted(), no_finalizer()}),
       failed(Deed::create, ErrorKind::invalid, refused, true), "settle"},
  });
}

TEST_CASE("plan: what is not ours is left alone") {
  check({
      {"another driver's", content_with({driver("other.example.com")}), nothing_yet(), "settle"},
      {"another driver's, being deleted",
       content_with({driver("other.example.com"), being_deleted(), handle("s")}), nothing_yet(),
       "settle"},
      {"one without a source", content_with({[](boost::json::value& c) {
         c.as_object()["spec"].as_object().erase("source");
       }}),
       nothing_yet(), "settle"},
      {"a group's member is never created alone", content_with({group_member()}), nothing_yet(),
       "settle"},
      {"a pre-provisioned one is not created", content_with({preprovisioned("p-1")}), nothing_yet(),
       "settle"},
      {"an object of any shape", boost::json::value("text"), nothing_yet(), "settle"},
      {"a specification of any shape", boost::json::value{{"spec", 5}}, nothing_yet(), "settle"},
  });
}

TEST_CASE("plan: a create carries the class's parameters and, on request, names") {
  const SnapshotClass fast(driver_name,
                           {{"tier", "hot"}, {"csi.storage.k8s.io/snapshotter-secret-name", "s"}});
  snapshot::PlanOptions options;
  options.driver = driver_name;
  const auto content = content_with({being_created()});
  const auto create_with = [&](bool extra) {
    options.extra_create_metadata = extra;
    return std::get<snapshot::CreateSnapshot>(
               plan(snapshot::ContentView(content), &fast, options, Pass()))
        .parameters;
  };
  CHECK(create_with(false) == Parameters{{"tier", "hot"}});
  CHECK(create_with(true) ==
        Parameters{{"tier", "hot"},
                   {"csi.storage.k8s.io/volumesnapshot/name", "backup"},
                   {"csi.storage.k8s.io/volumesnapshot/namespace", "team-a"},
                   {"csi.storage.k8s.io/volumesnapshotcontent/name", "content-1"}});
}
