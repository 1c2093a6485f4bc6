#include "csi/group_controller_client.hpp"

#include <chrono>

#include <google/protobuf/util/message_differencer.h>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "tests/support/fresh_folder.hpp"
#include "tests/support/result_printer.hpp"
#include "tests/unit/csi/fake_driver.hpp"
#include "tests/unit/csi/run_task.hpp"

namespace {

namespace v1 = csi::v1;
using base::ErrorKind;
using google::protobuf::util::MessageDifferencer;
using tests::run_task;

struct World {
  explicit World(bool with_groups = true) {
    driver.with_groups = with_groups;
    driver.listen(folder / "socket");
  }
  base::Result<csi::GroupSnapshot> create();
  base::Result<csi::GroupSnapshot> find();
  base::Result<void> remove();

  tests::FreshFolder folder;
  boost::asio::io_context io;
  base::SystemClock clock;
  base::Logger log{clock, {}, base::to_nowhere()};
  tests::FakeDriver driver;
  csi::Connection connection{log, folder / "socket", std::chrono::seconds(30)};
  csi::GroupControllerClient client{connection};
};

csi::Secrets password() {
  csi::Secrets secrets;
  secrets.set("password", "hunter2");
  return secrets;
}

base::Result<csi::GroupSnapshot> World::create() {
  csi::CreateGroupSnapshotCall call;
  call.source_volume_ids = {"vol-2", "vol-1"};
  call.name = "groupsnapshot-7";
  call.parameters = {{"class", "gold"}};
  call.secrets = password();
  return run_task(io, client.create_group_snapshot(std::move(call)));
}

base::Result<csi::GroupSnapshot> World::find() {
  return run_task(io, client.find_group_snapshot("g-1", {"s-2", "s-1"}, password()));
}

base::Result<void> World::remove() {
  return run_task(io, client.delete_group_snapshot("g-1", {"s-2", "s-1"}, password()));
}

void fill(v1::VolumeGroupSnapshot& group) {
  group.set_group_snapshot_id("g-1");
  for (const char* number : {"1", "2"}) {
    v1::Snapshot& member = *group.add_snapshots();
    member.set_snapshot_id(std::string("s-") + number);
    member.set_source_volume_id(std::string("vol-") + number);
  }
}

grpc::Status not_found() {
  return grpc::Status(grpc::StatusCode::NOT_FOUND, "never heard of it");
}

}  // namespace

TEST_CASE("a driver can take groups only if it says so") {
  using RPC = v1::GroupControllerServiceCapability::RPC;
  struct Row {
    const char* sentence;
    std::vector<int> types;  // -1: an entry without a type
    bool expected;
  };
  const Row table[] = {
      {"nothing listed", {}, false},
      {"the one there is", {RPC::CREATE_DELETE_GET_VOLUME_GROUP_SNAPSHOT}, true},
      {"an entry without a type and one from the future", {-1, 99}, false},
  };
  World world;
  for (const Row& row : table) {
    INFO(row.sentence);
    world.driver.group_capabilities = [&](auto&,
                                          v1::GroupControllerGetCapabilitiesResponse& reply) {
      for (const int type : row.types) {
        v1::GroupControllerServiceCapability& capability = *reply.add_capabilities();
        if (type >= 0) capability.mutable_rpc()->set_type(static_cast<RPC::Type>(type));
      }
      return grpc::Status::OK;
    };
    const auto known = run_task(world.io, csi::group_controller_capabilities(world.connection));
    REQUIRE(known);
    CHECK(known->create_delete_get_group_snapshot == row.expected);
  }
}

TEST_CASE(
    "without the service, or with a stub of it, a driver cannot take groups, which is no error") {
  for (const bool with_groups : {false, true}) {
    World world(with_groups);
    const auto known = run_task(world.io, csi::group_controller_capabilities(world.connection));
    REQUIRE(known);
    CHECK(!known->create_delete_get_group_snapshot);
  }
}

TEST_CASE("a driver that fails when it is asked about groups has not answered") {
  World world;
  world.driver.group_capabilities = [](auto&, auto&) {
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "starting");
  };
  const auto known = run_task(world.io, csi::group_controller_capabilities(world.connection));
  REQUIRE(!known);
  CHECK(known.error().kind() == ErrorKind::unavailable);
}

TEST_CASE("creating a group asks for exactly what it was told, in one call") {
  World world;
  v1::CreateVolumeGroupSnapshotRequest seen;
  world.driver.create_group = [&](const auto& request, auto& reply) {
    seen = request;
    fill(*reply.mutable_group_snapshot());
    return grpc::Status::OK;
  };
  const auto group = world.create();
  REQUIRE(group);
  CHECK(group->group_snapshot_id == "g-1");
  REQUIRE(group->members.size() == 2);
  CHECK(group->members[1].snapshot_id == "s-2");
  CHECK(world.driver.calls() == 1);

  v1::CreateVolumeGroupSnapshotRequest expected;
  expected.add_source_volume_ids("vol-2");
  expected.add_source_volume_ids("vol-1");
  expected.set_name("groupsnapshot-7");
  (*expected.mutable_parameters())["class"] = "gold";
  (*expected.mutable_secrets())["password"] = "hunter2";
  CHECK(MessageDifferencer::Equals(seen, expected));
}

TEST_CASE("a created group is believed only if it can be true and is of the volumes asked for") {
  struct Row {
    const char* sentence;
    std::function<void(v1::CreateVolumeGroupSnapshotResponse&)> change;
    const char* error;  // empty: it is believed
  };
  const Row table[] = {
      {"a reply without a group", [](auto& reply) { reply.clear_group_snapshot(); },
       "the driver's reply holds no group snapshot"},
      {"a group without id",
       [](auto& reply) { reply.mutable_group_snapshot()->clear_group_snapshot_id(); },
       "the driver reports a group snapshot without an id"},
      {"a member of a volume that nobody asked for",
       [](auto& reply) {
         reply.mutable_group_snapshot()->mutable_snapshots(1)->set_source_volume_id("vol-3");
       },
       "the driver reports a group snapshot \"g-1\" with snapshot \"s-2\" of volume \"vol-3\", "
       "which was not asked for"},
      {"a member that does not tell its volume",
       [](auto& reply) {
         reply.mutable_group_snapshot()->mutable_snapshots(1)->clear_source_volume_id();
       },
       ""},
  };
  World world;
  for (const Row& row : table) {
    INFO(row.sentence);
    world.driver.create_group = [&](auto&, auto& reply) {
      fill(*reply.mutable_group_snapshot());
      row.change(reply);
      return grpc::Status::OK;
    };
    const auto group = world.create();
    REQUIRE(group.has_value() == (row.error[0] == '\0'));
    if (!group)
      CHECK(
          group.error() ==
          base::Error(ErrorKind::malformed,
                      std::string("CreateVolumeGroupSnapshot \"groupsnapshot-7\": ") + row.error));
  }
}

TEST_CASE("errors of the driver's about groups come as they are") {
  World world;
  world.driver.create_group = [](auto&, auto&) {
    return grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "not of one pool");
  };
  world.driver.get_group = [](auto&, auto&) { return not_found(); };
  CHECK(world.create().error() ==
        base::Error(ErrorKind::failed_precondition,
                    "rpc error: code = FailedPrecondition desc = not of one pool"));
  CHECK(world.find().error().kind() == ErrorKind::not_found);
}

TEST_CASE("deleting a group names its members; an unknown group is deleted already") {
  World world;
  v1::DeleteVolumeGroupSnapshotRequest seen;
  grpc::Status answer = grpc::Status::OK;
  world.driver.remove_group = [&](const auto& request, auto&) {
    seen = request;
    return answer;
  };
  CHECK(world.remove());
  v1::DeleteVolumeGroupSnapshotRequest expected;
  expected.set_group_snapshot_id("g-1");
  expected.add_snapshot_ids("s-2");
  expected.add_snapshot_ids("s-1");
  (*expected.mutable_secrets())["password"] = "hunter2";
  CHECK(MessageDifferencer::Equals(seen, expected));

  answer = not_found();
  CHECK(world.remove());
  answer = grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "not its members");
  CHECK(world.remove().error().kind() == ErrorKind::invalid);
}

TEST_CASE("a group is looked up by its id, and nothing else is taken for it") {
  World world;
  v1::GetVolumeGroupSnapshotRequest seen;
  std::string id = "g-1";
  bool empty = false;
  world.driver.get_group = [&](const auto& request, auto& reply) {
    seen = request;
    if (!empty) fill(*reply.mutable_group_snapshot());
    if (!empty) reply.mutable_group_snapshot()->set_group_snapshot_id(id);
    return grpc::Status::OK;
  };
  REQUIRE(world.find());
  v1::GetVolumeGroupSnapshotRequest expected;
  expected.set_group_snapshot_id("g-1");
  expected.add_snapshot_ids("s-2");
  expected.add_snapshot_ids("s-1");
  (*expected.mutable_secrets())["password"] = "hunter2";
  CHECK(MessageDifferencer::Equals(seen, expected));

  id = "g-2";
  CHECK(world.find().error() ==
        base::Error(ErrorKind::malformed,
                    "GetVolumeGroupSnapshot \"g-1\": the driver answers with group snapshot "
                    "\"g-2\""));
  empty = true;
  CHECK(world.find().error() ==
        base::Error(ErrorKind::malformed,
                    "GetVolumeGroupSnapshot \"g-1\": the driver's reply holds no group snapshot"));
}
