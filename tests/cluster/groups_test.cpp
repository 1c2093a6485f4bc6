#include <catch2/catch.hpp>

#include "snapshot/keys.hpp"
#include "tests/cluster/cluster.hpp"

using namespace tests;
using namespace std::chrono_literals;
using Json = Cluster::Json;
namespace keys = snapshot::keys;

namespace {

const std::string group_contents = "volumegroupsnapshotcontents.groupsnapshot.storage.k8s.io";
const std::string group_api = "/apis/groupsnapshot.storage.k8s.io/v1/";
const std::string member_path = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents";

const std::vector<std::string> quick_retries{"--retry-interval-start=20ms",
                                             "--retry-interval-max=200ms"};

void add_group_class(Cluster& cluster) {
  cluster.request("POST", group_api + "volumegroupsnapshotclasses",
                  {{"apiVersion", "groupsnapshot.storage.k8s.io/v1"},
                   {"kind", "VolumeGroupSnapshotClass"},
                   {"metadata", {{"name", "together"}}},
                   {"driver", driver_name},
                   {"deletionPolicy", "Delete"}});
}

// As snapshot-controller makes it from a user's VolumeGroupSnapshot.
void add_group_content(Cluster& cluster, const std::string& name,
                       const std::vector<std::string>& volumes) {
  cluster.request(
      "POST", group_api + "volumegroupsnapshotcontents",
      {{"apiVersion", "groupsnapshot.storage.k8s.io/v1"},
       {"kind", "VolumeGroupSnapshotContent"},
       {"metadata", {{"name", name}, {"finalizers", {std::string(keys::group_content_finalizer)}}}},
       {"spec",
        {{"driver", driver_name},
         {"deletionPolicy", "Delete"},
         {"volumeGroupSnapshotClassName", "together"},
         {"source", {{"volumeHandles", volumes}}},
         {"volumeGroupSnapshotRef",
          {{"name", "of-" + name}, {"namespace", "default"}, {"uid", "uid-" + name}}}}}});
}

// As snapshot-controller does when the VolumeGroupSnapshot goes.
void delete_group_content(Cluster& cluster, const std::string& name) {
  const std::string path = group_api + "volumegroupsnapshotcontents/" + name;
  cluster.request(
      "PATCH", path,
      {{"metadata", {{"annotations", {{std::string(keys::group_being_deleted), "yes"}}}}}},
      "application/merge-patch+json");
  cluster.request("DELETE", path);
}

Json group_content(Cluster& cluster, const std::string& name) {
  return cluster.object(group_contents, name);
}

// Ready, and without the mark of a create that is under way.
bool group_is_ready(Cluster& cluster, const std::string& name) {
  const Json content = group_content(cluster, name);
  const Json::json_pointer readiness("/status/readyToUse");
  const bool ready = content.contains(readiness) && content.at(readiness) == true;
  return ready && content["metadata"].value("annotations", Json::object()).empty();
}

// As snapshot-controller makes one of each entry of the group's list: the object, then its status.
void add_member(Cluster& cluster, const std::string& name, const Json& group, const Json& entry) {
  const std::string handle = group["status"]["volumeGroupSnapshotHandle"];
  cluster.request(
      "POST", member_path,
      {{"apiVersion", "snapshot.storage.k8s.io/v1"},
       {"kind", "VolumeSnapshotContent"},
       {"metadata",
        {{"name", name},
         {"annotations", {{std::string(keys::group_member), handle}}},
         {"finalizers", {std::string(keys::content_finalizer)}}}},
       {"spec",
        {{"driver", driver_name},
         {"deletionPolicy", "Delete"},
         {"source", {{"volumeHandle", entry["volumeHandle"]}}},
         {"volumeSnapshotRef",
          {{"name", "of-" + name}, {"namespace", "default"}, {"uid", "uid-" + name}}}}}});
  cluster.request("PATCH", member_path + "/" + name + "/status",
                  {{"status",
                    {{"snapshotHandle", entry["snapshotHandle"]},
                     {"volumeGroupSnapshotHandle", handle},
                     {"creationTime", entry["creationTime"]},
                     {"restoreSize", entry["restoreSize"]},
                     {"readyToUse", false}}}},
                  "application/merge-patch+json");
}

std::vector<std::string> two_volumes(Cluster& cluster) {
  return {cluster.add_volume("data"), cluster.add_volume("journal")};
}

bool nothing_is_left(Cluster& cluster) {
  return cluster.objects(group_contents).empty() && cluster.contents() == 0 &&
         cluster.driver().store().groups().empty() && cluster.driver().store().snapshots().empty();
}

}  // namespace

TEST_CASE("two volumes are taken together, their members settle, and all of it goes together") {
  Cluster cluster;
  add_group_class(cluster);
  const std::vector<std::string> volumes = two_volumes(cluster);
  add_group_content(cluster, "group", volumes);
  const auto sidecar = cluster.sidecar(quick_retries);
  REQUIRE(cluster.run_until([&] { return group_is_ready(cluster, "group"); }));
  const Json group = group_content(cluster, "group");
  const Json status = group["status"];
  REQUIRE(cluster.driver().store().groups().size() == 1);
  const auto& on_storage = cluster.driver().store().groups().begin()->second;
  CHECK(status["volumeGroupSnapshotHandle"] == on_storage.id);
  CHECK(on_storage.name == "groupsnapshot-uid-group");
  CHECK_FALSE(status["creationTime"].get<std::string>().empty());
  REQUIRE(status["volumeSnapshotInfoList"].size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const Json& entry = status["volumeSnapshotInfoList"][i];
    CHECK(entry["volumeHandle"] == volumes[i]);
    CHECK(entry["snapshotHandle"] == on_storage.members[i].id);
    CHECK(entry["restoreSize"] == 1 << 20);
    CHECK(entry["readyToUse"] == true);
    add_member(cluster, "member-" + std::to_string(i), group, entry);
  }
  REQUIRE(cluster.run_until([&] { return cluster.ready() == 2; }));
  CHECK(cluster.driver().calls().count("CreateVolumeGroupSnapshot") == 1);
  CHECK(cluster.driver().calls().count("CreateSnapshot") == 0);

  cluster.delete_content("member-0");
  cluster.delete_content("member-1");
  REQUIRE(cluster.run_until([&] { return cluster.contents() == 0; }));
  CHECK(cluster.driver().store().snapshots().size() == 2);  // they go with the group only
  delete_group_content(cluster, "group");
  REQUIRE(cluster.run_until([&] { return nothing_is_left(cluster); }));
  CHECK(cluster.driver().calls().count("DeleteSnapshot") == 0);
  CHECK(cluster.driver().calls().count("DeleteVolumeGroupSnapshot") == 1);
  CHECK(cluster.objects("events").empty());
}

TEST_CASE("a group that is not ready yet is asked for now and then, not without a pause") {
  Cluster cluster;
  cluster.driver().behaviour().ready_after = 2500ms;
  add_group_class(cluster);
  add_group_content(cluster, "group", two_volumes(cluster));
  const auto sidecar = cluster.sidecar(quick_retries);
  const auto calls = [&](const char* method) { return cluster.driver().calls().count(method); };
  REQUIRE(cluster.run_until([&] { return group_is_ready(cluster, "group"); }));
  CHECK(calls("CreateVolumeGroupSnapshot") == 1);
  CHECK(calls("GetVolumeGroupSnapshot") >= 1);
  CHECK(calls("GetVolumeGroupSnapshot") <= 4);  // at least a second lies between two
  CHECK(cluster.requests("patch", "volumegroupsnapshotcontents") <= 4);
}

TEST_CASE("a group whose create failed is told of by event, tried again, and taken once") {
  Cluster cluster;
  cluster.driver().behaviour().faults.lose_reply("CreateVolumeGroupSnapshot", 3);
  add_group_class(cluster);
  add_group_content(cluster, "group", two_volumes(cluster));
  const auto sidecar = cluster.sidecar(quick_retries);
  REQUIRE(cluster.run_until([&] { return group_is_ready(cluster, "group"); }));
  CHECK(cluster.driver().store().groups().size() == 1);
  CHECK_FALSE(group_content(cluster, "group")["status"].contains("error"));
  REQUIRE(
      cluster.run_until([&] { return !cluster.events("GroupSnapshotCreationFailed").empty(); }));
  const Json event = cluster.events("GroupSnapshotCreationFailed").front();
  CHECK(event["involvedObject"]["kind"] == "VolumeGroupSnapshotContent");
  CHECK(event["involvedObject"]["name"] == "group");
}

TEST_CASE("deleted while the outcome of its create is unknown, a group leaves nothing behind") {
  Cluster cluster;
  cluster.driver().behaviour().faults.lose_reply("CreateVolumeGroupSnapshot", 1);
  add_group_class(cluster);
  add_group_content(cluster, "group", two_volumes(cluster));
  const auto sidecar = cluster.sidecar({"--retry-interval-start=1h", "--retry-interval-max=1h"});
  REQUIRE(cluster.run_until([&] { return group_content(cluster, "group").contains("status"); }));
  CHECK(cluster.driver().store().groups().size() == 1);
  delete_group_content(cluster, "group");
  REQUIRE(cluster.run_until([&] { return nothing_is_left(cluster); }));
}

TEST_CASE("the kinds of groups may be installed after the sidecar has started") {
  Cluster cluster({}, false);
  cluster.load_crds("snapshot.storage.k8s.io");
  const auto sidecar = cluster.sidecar(quick_retries);
  REQUIRE(cluster.run_until([&] {
    return sidecar->output().find("does not serve group snapshots") != std::string::npos;
  }));
  cluster.add_class("fast");
  const std::vector<std::string> volumes = two_volumes(cluster);
  cluster.add_content("content-0", volumes[0]);
  REQUIRE(cluster.run_until([&] { return cluster.ready() == 1; }));

  cluster.load_crds("groupsnapshot.storage.k8s.io");
  add_group_class(cluster);
  add_group_content(cluster, "group", volumes);
  REQUIRE(cluster.run_until([&] { return group_is_ready(cluster, "group"); }));
}

TEST_CASE("groups that are switched off are left alone") {
  Cluster cluster;
  cluster.add_class("fast");
  add_group_class(cluster);
  const std::vector<std::string> volumes = two_volumes(cluster);
  add_group_content(cluster, "group", volumes);
  const Json before = group_content(cluster, "group");
  const auto sidecar = cluster.sidecar({"--feature-gates=CSIVolumeGroupSnapshot=false"});
  cluster.add_content("content-0", volumes[0]);
  REQUIRE(cluster.run_until([&] { return cluster.ready() == 1; }));
  CHECK(group_content(cluster, "group") == before);
  CHECK(cluster.requests("list", "volumegroupsnapshotcontents") == 0);
}
