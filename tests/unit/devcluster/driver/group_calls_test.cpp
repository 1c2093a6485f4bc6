#include "devcluster/driver/group_calls.hpp"

#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>

#include "csi-spec/csi.pb.h"
#include "tests/support/fresh_folder.hpp"
#include "tests/support/result_printer.hpp"

namespace v1 = csi::v1;
using namespace devcluster::driver;
using grpc::StatusCode;
using Ids = std::vector<std::string>;

namespace {

constexpr base::WallTime noon{std::chrono::seconds(1'800'000'000) + std::chrono::nanoseconds(7)};

struct World {
  World() {
    for (const char* name : {"v", "w"})
      volumes.push_back(store->create_volume(name, 4096).value()->id);
  }
  StatusCode create(const std::string& name, const Ids& sources) {
    v1::CreateVolumeGroupSnapshotRequest request;
    request.set_name(name);
    for (const std::string& id : sources) request.add_source_volume_ids(id);
    v1::CreateVolumeGroupSnapshotResponse reply;
    const StatusCode code = create_group(*store, moment, request, reply).error_code();
    group = reply.group_snapshot();
    return code;
  }
  StatusCode get(const std::string& id, const Ids& members) {
    v1::GetVolumeGroupSnapshotRequest request;
    request.set_group_snapshot_id(id);
    for (const std::string& member : members) request.add_snapshot_ids(member);
    v1::GetVolumeGroupSnapshotResponse reply;
    const StatusCode code = get_group(*store, moment, request, reply).error_code();
    group = reply.group_snapshot();
    return code;
  }
  StatusCode remove(const std::string& id, const Ids& members) {
    v1::DeleteVolumeGroupSnapshotRequest request;
    request.set_group_snapshot_id(id);
    for (const std::string& member : members) request.add_snapshot_ids(member);
    return delete_group(*store, request).error_code();
  }

  tests::FreshFolder folder;
  std::unique_ptr<Store> store = std::move(*Store::open(folder.path(), Durability::kernel));
  Ids volumes;
  Moment moment{noon, {}};
  v1::VolumeGroupSnapshot group;  // of the last reply
};

Ids members_of(const v1::VolumeGroupSnapshot& group) {
  Ids ids;
  for (const v1::Snapshot& member : group.snapshots()) ids.push_back(member.snapshot_id());
  return ids;
}

}  // namespace

TEST_CASE("the same name is the same group, in whatever order its volumes are named") {
  World world;
  REQUIRE(world.create("g", world.volumes) == StatusCode::OK);
  const v1::VolumeGroupSnapshot first = world.group;
  CHECK(!first.group_snapshot_id().empty());
  CHECK(first.creation_time().seconds() == 1'800'000'000);
  CHECK(first.creation_time().nanos() == 7);
  CHECK(first.ready_to_use());
  REQUIRE(first.snapshots_size() == 2);
  for (const int i : {0, 1}) {
    CHECK(first.snapshots(i).source_volume_id() == world.volumes[i]);
    CHECK(first.snapshots(i).group_snapshot_id() == first.group_snapshot_id());
    CHECK(first.snapshots(i).size_bytes() == 4096);
    CHECK(first.snapshots(i).ready_to_use());
  }

  world.moment.now += std::chrono::hours(1);
  REQUIRE(world.store->remove_volume(world.volumes[0]));
  REQUIRE(world.create("g", {world.volumes[1], world.volumes[0]}) == StatusCode::OK);
  CHECK(world.group.SerializeAsString() == first.SerializeAsString());
  CHECK(world.store->groups().size() == 1);
}

TEST_CASE("a group that cannot be is refused with the code that CSI asks for") {
  World world;
  REQUIRE(world.create("g", world.volumes) == StatusCode::OK);
  struct Row {
    const char* sentence;
    std::string name;
    Ids sources;
    StatusCode code;
  };
  const Row table[] = {
      {"no name", "", world.volumes, StatusCode::INVALID_ARGUMENT},
      {"no volumes", "h", {}, StatusCode::INVALID_ARGUMENT},
      {"a volume twice", "h", {world.volumes[0], world.volumes[0]}, StatusCode::INVALID_ARGUMENT},
      {"a volume that is not there", "h", {world.volumes[0], "vol-none"}, StatusCode::NOT_FOUND},
      {"the name of a group of other volumes", "g", {world.volumes[0]}, StatusCode::ALREADY_EXISTS},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    CHECK(world.create(row.name, row.sources) == row.code);
    CHECK(world.store->groups().size() == 1);
    CHECK(world.store->snapshots().size() == 2);
  }
}

TEST_CASE("a group is found and deleted by its id and all its members") {
  World world;
  REQUIRE(world.create("g", world.volumes) == StatusCode::OK);
  const v1::VolumeGroupSnapshot group = world.group;
  const std::string id = group.group_snapshot_id();
  const Ids members = members_of(group);
  const Ids reversed(members.rbegin(), members.rend());

  CHECK(world.get("", members) == StatusCode::INVALID_ARGUMENT);
  CHECK(world.get("group-none", members) == StatusCode::NOT_FOUND);
  CHECK(world.get(id, {members[0]}) == StatusCode::INVALID_ARGUMENT);
  CHECK(world.get(id, {}) == StatusCode::INVALID_ARGUMENT);
  CHECK(world.get(id, reversed) == StatusCode::OK);
  CHECK(world.group.SerializeAsString() == group.SerializeAsString());

  CHECK(world.remove("", members) == StatusCode::INVALID_ARGUMENT);
  CHECK(world.remove("group-none", members) == StatusCode::OK);
  CHECK(world.remove(id, {members[0], "snap-none"}) == StatusCode::INVALID_ARGUMENT);
  CHECK(world.store->groups().size() == 1);
  CHECK(world.remove(id, reversed) == StatusCode::OK);
  CHECK(world.store->snapshots().empty());
  CHECK(world.remove(id, reversed) == StatusCode::OK);
}

TEST_CASE("members are snapshots like others, but cannot be deleted alone") {
  World world;
  REQUIRE(world.create("g", world.volumes) == StatusCode::OK);
  const v1::Snapshot member = world.group.snapshots(1);

  v1::GetSnapshotRequest get;
  v1::GetSnapshotResponse got;
  get.set_snapshot_id(member.snapshot_id());
  REQUIRE(get_snapshot(*world.store, world.moment, get, got).ok());
  CHECK(got.snapshot().SerializeAsString() == member.SerializeAsString());

  v1::ListSnapshotsRequest list;
  v1::ListSnapshotsResponse page;
  list.set_snapshot_id(member.snapshot_id());
  REQUIRE(list_snapshots(*world.store, world.moment, list, page).ok());
  REQUIRE(page.entries_size() == 1);
  CHECK(page.entries(0).snapshot().SerializeAsString() == member.SerializeAsString());

  v1::DeleteSnapshotRequest remove;
  remove.set_snapshot_id(member.snapshot_id());
  const grpc::Status refused = delete_snapshot(*world.store, remove);
  CHECK(refused.error_code() == StatusCode::INVALID_ARGUMENT);
  CHECK_THAT(refused.error_message(), Catch::Contains("belongs to the group snapshot"));
  CHECK(world.store->snapshots().size() == 2);
}

TEST_CASE("a group becomes ready with its members, so long after it was taken") {
  World world;
  world.moment.ready_after = std::chrono::seconds(30);
  REQUIRE(world.create("g", world.volumes) == StatusCode::OK);
  const std::string id = world.group.group_snapshot_id();
  const Ids members = members_of(world.group);
  for (const auto& [passed, ready] : {std::pair{29, false}, std::pair{30, true}}) {
    world.moment.now = noon + std::chrono::seconds(passed);
    REQUIRE(world.get(id, members) == StatusCode::OK);
    CHECK(world.group.ready_to_use() == ready);
    CHECK(world.group.snapshots(0).ready_to_use() == ready);
  }
}
