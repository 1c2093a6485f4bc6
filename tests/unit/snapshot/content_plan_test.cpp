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
using LookUp = snapshot::PlanOptions::LookUp;

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
  pass.secret_in_hand = snapshot::SecretRef{"ns", "creds"};
  return pass;
}

Pass answered(std::string handle, bool ready) {
  Pass pass;
  pass.answer = taken(std::move(handle), ready);
  return pass;
}

Pass answered_group(std::string handle, bool ready) {
  Pass pass = answered(std::move(handle), ready);
  for (const char* id : {"m-1", "m-2"}) {
    TakenSnapshot::Member member;
    member.handle = id;
    pass.answer->members.push_back(member);
  }
  return pass;
}

Pass failed(Deed deed, ErrorKind kind, std::string text, bool final) {
  Pass pass;
  pass.failure = Failure(deed, Error(kind, std::move(text)), final);
  return pass;
}

Pass marked_here(Pass pass) {
  pass.marked_here = true;
  return pass;
}

Pass fresh() {
  Pass pass;
  pass.copy_is_fresh = true;
  return pass;
}

Pass first_try_refused() {
  return marked_here(failed(Deed::create, ErrorKind::invalid, "no", true));
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

enum class Class { fast, missing, of_another_driver, reserved, with_list_secret };

struct Row {
  const char* sentence;
  boost::json::value content;
  Pass pass;
  std::string expected;  // describe(action)
  Class snapshot_class = Class::fast;
  LookUp look_up = LookUp::list;
};

std::string planned(const Row& row, const snapshot::ContentKind& kind = snapshot::individual) {
  SnapshotClass fast(driver_name, {{"tier", "hot"}});
  if (row.snapshot_class == Class::of_another_driver) fast.driver = "other.example.com";
  if (row.snapshot_class == Class::reserved) fast.parameters["csi.storage.k8s.io/nonsense"] = "x";
  if (row.snapshot_class == Class::with_list_secret)
    fast.parameters = {
        {"csi.storage.k8s.io/snapshotter-list-secret-name", "lister"},
        {"csi.storage.k8s.io/snapshotter-list-secret-namespace",
         "team-${volumesnapshotcontent.name}"},
    };
  snapshot::PlanOptions options;
  options.driver = driver_name;
  options.look_up = row.look_up;
  if (kind.group) options.names.prefix = "groupsnapshot";
  const bool found = row.snapshot_class != Class::missing;
  return describe(
      plan(snapshot::ContentView(row.content, kind), found ? &fast : nullptr, options, row.pass));
}

void check(const std::vector<Row>& table) {
  for (const Row& row : table) {
    INFO(row.sentence);
    CHECK(planned(row) == row.expected);
  }
}

void check_groups(std::vector<Row> table) {
  for (Row& row : table) {
    row.look_up = LookUp::get;  // the one capability for groups has it
    INFO(row.sentence);
    CHECK(planned(row, snapshot::grouped) == row.expected);
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
      {"of a marked content our copy may be old", content_with({being_created()}), nothing_yet(),
       "read again"},
      {"a marked content is created", content_with({being_created()}), fresh(), create},
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
       content_with({secret("ns", "creds"), being_created()}), fresh(), "fetch secret ns/creds"},
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
       content_with({handle("s-1"), not_ready()}), fresh(), create},
      {"a driver that can look up is not asked to create",
       content_with({handle("s-1"), not_ready()}), nothing_yet(), "look up snapshot s-1",
       Class::fast, LookUp::get},
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
      {"a secret that is named by two empty annotations",
       content_with({secret("", ""), not_ready()}), nothing_yet(),
       "report: Failed to create snapshot: failed to get input parameters to create snapshot for "
       "content "
       "content-1: \"cannot retrieve secrets for snapshot content \\\"content-1\\\", err: secret "
       "name or "
       "namespace not specified\""},
      {"a class that goes while readiness is waited for: the handle is not touched",
       content_with({handle("s-1"), not_ready()}), nothing_yet(),
       "report: Failed to check and update snapshot content: failed to get input parameters to "
       "create snapshot for content "
       "content-1: \"volumesnapshotclass.snapshot.storage.k8s.io \\\"fast\\\" not found\"",
       Class::missing},
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
       marked_here(failed(Deed::create, ErrorKind::invalid, refused, true)),
       "unmark being created"},
      {"then still marked: of an earlier try nobody knows",
       content_with({being_created(), error(refused_message)}),
       failed(Deed::create, ErrorKind::invalid, refused, true), "back off: " + refused_message},
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
      {"nor that it names one", content_with({being_deleted(), handle("s-1"), class_name("")}),
       nothing_yet(), "delete snapshot s-1"},
      {"nor that its parameters are sound", content_with({being_deleted(), handle("s-1")}),
       nothing_yet(), "delete snapshot s-1", Class::reserved},
      {"nor the secret that it names for look-ups", content_with({being_deleted(), handle("s-1")}),
       nothing_yet(), "delete snapshot s-1", Class::with_list_secret},
      {"pre-provisioned and bound is deleted as any other",
       content_with({being_deleted(), preprovisioned("p-1"), handle("p-1"), ready()}),
       nothing_yet(), "delete snapshot p-1"},
      {"pre-provisioned and Retain: the storage stays, and is not worth a word",
       content_with({being_deleted(), preprovisioned("p-1"), handle("p-1"), ready(), retain()}),
       nothing_yet(), "release"},
      {"the secret is", content_with({being_deleted(), handle("s-1"), secret("ns", "creds")}),
       nothing_yet(), "fetch secret ns/creds"},
      {"a missing secret is reported as what blocks the deletion",
       content_with({being_deleted(), handle("s-1"), secret("ns", "creds")}),
       failed(Deed::fetch_secret, ErrorKind::not_found, "no secret", false),
       "report: Failed to get snapshot credentials: no secret"},
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
       content_with({deletion_requested(), being_created()}), fresh(), create},
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
       content_with({being_deleted(), being_created()}), fresh(), create},
      {"also where the storage is to stay",
       content_with({being_deleted(), being_created(), retain()}), fresh(), create},
      {"also when the class is gone", content_with({being_deleted(), being_created()}), fresh(),
       create, Class::missing},
      {"also when the class has become wrong", content_with({being_deleted(), being_created()}),
       fresh(), create, Class::reserved},
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
      {"an object of any shape", boost::json::value("text"), nothing_yet(), "settle"},
      {"a specification of any shape", boost::json::value{{"spec", 5}}, nothing_yet(), "settle"},
  });
}

TEST_CASE("plan: a pre-provisioned snapshot is looked up, never created") {
  const std::string not_found = "can not find snapshot for snapshotID p-1";
  const std::string not_found_message =
      "Failed to check and update snapshot content: failed to list snapshot for content content-1: "
      "\"" +
      not_found + "\"";
  check({
      {"by the handle of its specification", content_with({preprovisioned("p-1")}), nothing_yet(),
       "look up snapshot p-1"},
      {"also while nobody is bound to it", content_with({preprovisioned("p-1"), unbound()}),
       nothing_yet(), "look up snapshot p-1"},
      {"a driver that can only be believed is believed", content_with({preprovisioned("p-1")}),
       nothing_yet(), "assume ready snapshot p-1", Class::fast, LookUp::none},
      {"what the driver said is recorded", content_with({preprovisioned("p-1")}),
       answered("p-1", true), "record snapshot p-1, ready"},
      {"not ready yet: recorded as well", content_with({preprovisioned("p-1")}),
       answered("p-1", false), "record snapshot p-1, not ready"},
      {"and looked at again later", content_with({preprovisioned("p-1"), cut("p-1")}),
       answered("p-1", false), "poll"},
      {"then needs nothing", content_with({preprovisioned("p-1"), handle("p-1"), ready()}),
       nothing_yet(), "settle"},
      {"nor does it while nobody is bound to it",
       content_with({preprovisioned("p-1"), handle("p-1"), ready(), unbound(), retain()}),
       nothing_yet(), "settle"},
      {"a driver that does not know it", content_with({preprovisioned("p-1")}),
       failed(Deed::look_up, ErrorKind::not_found, not_found, true),
       "report: " + not_found_message},
      {"said once, it is looked up again after the backoff",
       content_with({preprovisioned("p-1"), error(not_found_message)}),
       failed(Deed::look_up, ErrorKind::not_found, not_found, true),
       "back off: " + not_found_message},
      {"without the class that it names, for it hangs on nothing but its handle",
       content_with({preprovisioned("p-1")}), nothing_yet(), "look up snapshot p-1",
       Class::missing},
      {"with the secret that its class names for look-ups", content_with({preprovisioned("p-1")}),
       nothing_yet(), "fetch secret team-content-1/lister", Class::with_list_secret},
      {"and not with one for creating",
       content_with({preprovisioned("p-1"), secret("ns", "creds")}), nothing_yet(),
       "look up snapshot p-1"},
      {"a secret that cannot be fetched", content_with({preprovisioned("p-1")}),
       failed(Deed::fetch_secret, ErrorKind::not_found, "no secret", false),
       "report: Failed to check and update snapshot content: failed to get credentials for "
       "snapshot content content-1: no secret",
       Class::with_list_secret},
      {"a mark that somebody put there goes",
       content_with({preprovisioned("p-1"), being_created()}), nothing_yet(),
       "unmark being created"},
      {"one that turned out to be of a group is not deleted alone, and is named",
       content_with({being_deleted(), preprovisioned("p-1"), handle("p-1"), group_handle()}),
       nothing_yet(),
       "release, although the pre-provisioned snapshot p-1 belongs to a group, is deleted only "
       "with it, and stays on the storage"},
  });
}

TEST_CASE("plan: a member of a group is looked up once the group has named it") {
  check({
      {"without a handle it waits for the group", content_with({group_member()}), nothing_yet(),
       "settle"},
      {"with one it is looked up, not created", content_with({group_member(), cut("s-1")}),
       nothing_yet(), "look up snapshot s-1"},
      {"with the secret of the group",
       content_with({group_member(), cut("s-1"), secret("ns", "creds")}), nothing_yet(),
       "fetch secret ns/creds", Class::with_list_secret},
      {"a driver that can only be believed is believed", content_with({group_member(), cut("s-1")}),
       nothing_yet(), "assume ready snapshot s-1", Class::fast, LookUp::none},
      {"deleted, it is released: the group deletes the storage",
       content_with({group_member(), group_handle(), cut("s-1"), being_deleted()}), nothing_yet(),
       "release"},
  });
}

TEST_CASE("plan: a group goes the same way, with all its volumes and members") {
  const std::string name = "groupsnapshot-0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
  const std::string create = "create snapshot " + name + " of volume vol-1 vol-2";
  const std::string timed_out_message =
      "Failed to create group snapshot: failed to take group snapshot of the volumes [vol-1 "
      "vol-2]: "
      "\"" +
      timed_out + "\"";
  check_groups({
      {"marked before anything is sent", group_content_with(), nothing_yet(), "mark being created"},
      {"created", group_content_with({being_created()}), fresh(), create},
      {"recorded", group_content_with({being_created()}), answered_group("g-1", false),
       "record snapshot g-1, not ready"},
      {"then unmarked", group_content_with({being_created(), handle("g-1")}), nothing_yet(),
       "unmark being created"},
      {"polled by looking it up with its members, not by creating",
       group_content_with({handle("g-1"), not_ready(), members({"m-1", "m-2"})}), nothing_yet(),
       "look up snapshot g-1 m-1 m-2"},
      {"not ready is no failure",
       group_content_with({handle("g-1"), not_ready(), members({"m-1", "m-2"}),
                           [](boost::json::value& c) {
                             c.at("status").as_object()["creationTime"] = "1970-01-01T00:00:00Z";
                           }}),
       answered_group("g-1", false), "poll"},
      {"an unknown outcome keeps the mark and is told", group_content_with({being_created()}),
       failed(Deed::create, ErrorKind::timed_out, timed_out, false),
       "report: " + timed_out_message},
      {"deleted with its members",
       group_content_with({being_deleted(), handle("g-1"), members({"m-1", "m-2"})}), nothing_yet(),
       "delete snapshot g-1 m-1 m-2"},
      {"also when nobody knows any members: the driver may",
       group_content_with({being_deleted(), handle("g-1")}), nothing_yet(), "delete snapshot g-1"},
      {"then released", group_content_with({being_deleted(), handle("g-1"), members({"m-1"})}),
       deleted(), "release"},
      {"Retain: the storage stays", group_content_with({being_deleted(), handle("g-1"), retain()}),
       nothing_yet(), "release"},
      {"an unknown outcome is resolved before the deletion",
       group_content_with({being_deleted(), being_created()}), fresh(), create},
      {"an imported one is looked up by its own handles",
       group_content_with({preprovisioned_group("g-9", {"m-8", "m-9"})}), nothing_yet(),
       "look up snapshot g-9 m-8 m-9"},
      {"without a class, for it hangs on nothing but its handles",
       group_content_with({preprovisioned_group("g-9", {"m-8"}), class_name("")}), nothing_yet(),
       "look up snapshot g-9 m-8"},
      {"by the handle of its status, once there is one",
       group_content_with({preprovisioned_group("g-9", {"m-8"}), handle("g-1"), not_ready()}),
       nothing_yet(), "look up snapshot g-1 m-8"},
      {"and needs no permission while nobody is bound to it",
       group_content_with(
           {preprovisioned_group("g-9", {"m-8"}), handle("g-9"), unbound(), deletion_requested()}),
       nothing_yet(), "delete snapshot g-9 m-8"},
      {"asked to go and not allowed yet: a ready one waits",
       group_content_with({handle("g-1"), ready(), deletion_requested()}), nothing_yet(), "settle"},
      {"ready, with a mark left over",
       group_content_with({handle("g-1"), ready(), being_created()}), nothing_yet(),
       "unmark being created"},
      {"one without a class", group_content_with({class_name("")}), nothing_yet(),
       "report: Failed to create group snapshot: failed to take group snapshot group-1 without a "
       "group snapshot class"},
      {"another driver's", group_content_with({driver("other.example.com")}), nothing_yet(),
       "settle"},
      {"one without volumes is nobody's", group_content_with({[](boost::json::value& c) {
         c.as_object()["spec"].as_object()["source"] = {{"volumeHandles", boost::json::array()}};
       }}),
       nothing_yet(), "settle"},
      {"and deleted by them",
       group_content_with(
           {preprovisioned_group("g-9", {"m-8", "m-9"}), handle("g-9"), being_deleted()}),
       nothing_yet(), "delete snapshot g-9 m-8 m-9"},
      {"the secret is that of its own annotations", group_content_with({secret("ns", "creds")}),
       nothing_yet(), "fetch secret ns/creds"},
      {"a class that is not there", group_content_with(), nothing_yet(),
       "report: Failed to create group snapshot: failed to get input parameters to create group "
       "snapshot for group snapshot content group-1: "
       "\"volumegroupsnapshotclass.groupsnapshot.storage.k8s.io \\\"fast-groups\\\" not "
       "found\"",
       Class::missing},
      {"one that is bound to nothing", group_content_with({unbound()}), nothing_yet(),
       "report: Failed to create group snapshot: the content is not bound: "
       "spec.volumeGroupSnapshotRef.uid is empty, and the group snapshot's name is made from it"},
      {"a failed deletion says why",
       group_content_with({being_deleted(), handle("g-1"), members({"m-1"})}),
       failed(Deed::remove, ErrorKind::internal, "rpc error: code = Internal desc = busy", true),
       "report: Failed to delete group snapshot: rpc error: code = Internal desc = busy"},
  });
}

TEST_CASE("plan: what is told has the reason that the field knows") {
  struct Row {
    const char* sentence;
    boost::json::value content;
    Pass pass;
    std::string_view reason;
  };
  const Row table[] = {
      {"a create that fails", content_with({being_created()}),
       failed(Deed::create, ErrorKind::internal, "x", true), "SnapshotCreationFailed"},
      {"a class that is missing", content_with(), nothing_yet(), "SnapshotCreationFailed"},
      {"a look that fails", content_with({cut("s-1")}),
       failed(Deed::look_up, ErrorKind::internal, "x", true),
       "SnapshotContentCheckandUpdateFailed"},
      {"an import that fails", content_with({preprovisioned("p-1")}),
       failed(Deed::look_up, ErrorKind::internal, "x", true),
       "SnapshotContentCheckandUpdateFailed"},
      {"a deletion that fails", content_with({being_deleted(), cut("s-1")}),
       failed(Deed::remove, ErrorKind::internal, "x", true), "SnapshotDeleteError"},
      {"a deletion without its secret", content_with({being_deleted(), cut("s-1")}),
       failed(Deed::fetch_secret, ErrorKind::not_found, "x", false), "SnapshotDeleteError"},
      {"a group that cannot be created", group_content_with({being_created()}),
       failed(Deed::create, ErrorKind::internal, "x", true), "GroupSnapshotCreationFailed"},
      {"a group that cannot be checked", group_content_with({handle("g-1"), not_ready()}),
       failed(Deed::look_up, ErrorKind::internal, "x", true),
       "GroupSnapshotContentCheckandUpdateFailed"},
      {"a group that cannot be deleted", group_content_with({being_deleted(), handle("g-1")}),
       failed(Deed::remove, ErrorKind::internal, "x", true), "GroupSnapshotDeleteError"},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    const bool group = row.content.at("kind") == "VolumeGroupSnapshotContent";
    snapshot::PlanOptions options;
    options.driver = driver_name;
    const snapshot::ContentView view(row.content, group ? snapshot::grouped : snapshot::individual);
    const auto action = plan(view, nullptr, options, row.pass);
    REQUIRE(std::holds_alternative<snapshot::WriteError>(action));
    CHECK(std::get<snapshot::WriteError>(action).reason == row.reason);
  }
}

TEST_CASE(
    "plan: a create waits its turn at its name and at its volumes, a later look only at its name") {
  const SnapshotClass fast(driver_name, {});
  snapshot::PlanOptions options;
  options.driver = driver_name;
  const auto planned_for = [&](const boost::json::value& content,
                               const snapshot::ContentKind& kind) {
    return plan(snapshot::ContentView(content, kind), &fast, options, fresh());
  };
  const std::string by_name = "name snapshot-0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
  const snapshot::Turns both{by_name, "volume vol-1"};
  const auto mark = planned_for(content_with(), snapshot::individual);
  CHECK(std::get<snapshot::MarkBeingCreated>(mark).turns == both);
  const auto create = planned_for(content_with({being_created()}), snapshot::individual);
  CHECK(std::get<snapshot::CreateSnapshot>(create).turns == both);
  const auto look = planned_for(content_with({cut("s-1")}), snapshot::individual);
  CHECK(std::get<snapshot::CreateSnapshot>(look).turns == snapshot::Turns{by_name});
  const auto group = planned_for(group_content_with(), snapshot::grouped);
  CHECK(std::get<snapshot::MarkBeingCreated>(group).turns ==
        snapshot::Turns{by_name, "volume vol-1", "volume vol-2"});
}

TEST_CASE("plan: a secret is sent only where it belongs") {
  const SnapshotClass fast(driver_name, {});
  snapshot::PlanOptions options;
  options.driver = driver_name;
  options.look_up = LookUp::list;
  Pass pass;
  pass.secret_in_hand = snapshot::SecretRef{"other", "secret"};
  const auto planned_for = [&](const boost::json::value& content) {
    return plan(snapshot::ContentView(content), &fast, options, pass);
  };
  CHECK(describe(planned_for(content_with({being_deleted(), cut("s-1"), secret("ns", "creds")}))) ==
        "fetch secret ns/creds");
  const auto import = planned_for(content_with({preprovisioned("p-1")}));
  CHECK_FALSE(std::get<snapshot::LookUpSnapshot>(import).secret.has_value());
  pass.secret_in_hand = snapshot::SecretRef{"ns", "creds"};
  const auto removal =
      planned_for(content_with({being_deleted(), cut("s-1"), secret("ns", "creds")}));
  CHECK(std::get<snapshot::DeleteSnapshot>(removal).secret == pass.secret_in_hand);
}

TEST_CASE("a refused write is told in the field's words") {
  const Error denied(ErrorKind::forbidden, "no rights");
  const auto fresh = content_with();
  const snapshot::ContentView content(fresh);
  const auto told = [&](const snapshot::Action& doing) {
    const snapshot::Complaint complaint = write_refused(content, doing, denied);
    return std::string(complaint.reason) + ": " + complaint.message;
  };
  const std::string inner =
      "snapshot controller failed to update content-1 on API server: no rights";
  CHECK(told(snapshot::MarkBeingCreated()) ==
        "SnapshotCreationFailed: Failed to create snapshot: failed to add "
        "VolumeSnapshotBeingCreated annotation on the content content-1: \"" +
            inner + "\"");
  CHECK(told(snapshot::WriteStatus()) ==
        "SnapshotCreationFailed: Failed to create snapshot: error updating status for volume "
        "snapshot content content-1: " +
            inner);
  CHECK(told(snapshot::ClearStatus()) ==
        "SnapshotDeleteError: Failed to clear content status: " + inner);
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
               plan(snapshot::ContentView(content), &fast, options, fresh()))
        .parameters;
  };
  CHECK(create_with(false) == Parameters{{"tier", "hot"}});
  CHECK(create_with(true) ==
        Parameters{{"tier", "hot"},
                   {"csi.storage.k8s.io/volumesnapshot/name", "backup"},
                   {"csi.storage.k8s.io/volumesnapshot/namespace", "team-a"},
                   {"csi.storage.k8s.io/volumesnapshotcontent/name", "content-1"}});
}
