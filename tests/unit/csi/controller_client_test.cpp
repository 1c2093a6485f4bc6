#include "csi/controller_client.hpp"

#include <chrono>
#include <map>

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
using tests::run_task;

struct World {
  explicit World(csi::ControllerCapabilities capabilities = {true, true, false})
      : client(connection, capabilities) {
    driver.listen(folder / "socket");
  }

  tests::FreshFolder folder;
  boost::asio::io_context io;
  base::SystemClock clock;
  base::Logger log{clock, {}, base::to_nowhere()};
  tests::FakeDriver driver;
  csi::Connection connection{log, folder / "socket", std::chrono::seconds(30)};
  csi::ControllerClient client;
};

csi::Secrets password() {
  csi::Secrets secrets;
  secrets.set("password", "hunter2");
  return secrets;
}

csi::CreateSnapshotCall create_call() {
  csi::CreateSnapshotCall call;
  call.source_volume_id = "vol-1";
  call.name = "snapshot-7";
  call.parameters = {{"class", "gold"}};
  call.secrets = password();
  return call;
}

// Pages by the token that asks for them; "" is the first. An entry is a snapshot id.
struct Page {
  std::vector<std::string> ids;
  std::string next_token;
};
using Pages = std::map<std::string, Page>;

void serve(tests::FakeDriver& driver, Pages pages) {
  driver.list = [pages](const v1::ListSnapshotsRequest& request,
                        v1::ListSnapshotsResponse& reply) -> grpc::Status {
    if (request.snapshot_id() != "s-1" || request.secrets().at("password") != "hunter2")
      return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "not what was expected");
    const Page& page = pages.at(request.starting_token());
    for (const std::string& id : page.ids) {
      v1::Snapshot& snapshot = *reply.add_entries()->mutable_snapshot();
      snapshot.set_snapshot_id(id);
      if (id != "s-1") snapshot.set_size_bytes(-1);  // nonsense that must not matter
    }
    reply.set_next_token(page.next_token);
    return grpc::Status::OK;
  };
}

}  // namespace

TEST_CASE("capabilities are those that are listed, and strange ones do no harm") {
  using RPC = v1::ControllerServiceCapability::RPC;
  struct Row {
    const char* sentence;
    std::vector<int> types;  // -1: an entry without a type
    csi::ControllerCapabilities expected;
  };
  const Row table[] = {
      {"nothing listed, nothing known", {}, {false, false, false}},
      {"only the old pair",
       {RPC::CREATE_DELETE_SNAPSHOT, RPC::LIST_SNAPSHOTS},
       {true, true, false}},
      {"GetSnapshot alone", {RPC::GET_SNAPSHOT}, {false, false, true}},
      {"an entry without a type and one from the future", {-1, 99}, {false, false, false}},
  };
  World world;
  for (const Row& row : table) {
    INFO(row.sentence);
    world.driver.capabilities = [&](auto&, v1::ControllerGetCapabilitiesResponse& reply) {
      for (const int type : row.types) {
        v1::ControllerServiceCapability& capability = *reply.add_capabilities();
        if (type >= 0) capability.mutable_rpc()->set_type(static_cast<RPC::Type>(type));
      }
      return grpc::Status::OK;
    };
    const auto known = run_task(world.io, csi::controller_capabilities(world.connection));
    REQUIRE(known);
    CHECK(known->create_delete_snapshot == row.expected.create_delete_snapshot);
    CHECK(known->list_snapshots == row.expected.list_snapshots);
    CHECK(known->get_snapshot == row.expected.get_snapshot);
  }
}

TEST_CASE("create asks for exactly what it was told") {
  World world;
  v1::CreateSnapshotRequest seen;
  world.driver.create = [&](const auto& request, v1::CreateSnapshotResponse& reply) {
    seen = request;
    reply.mutable_snapshot()->set_snapshot_id("s-1");
    reply.mutable_snapshot()->set_size_bytes(4096);
    return grpc::Status::OK;
  };
  const auto snapshot = run_task(world.io, world.client.create_snapshot(create_call()));
  REQUIRE(snapshot);
  CHECK(snapshot->snapshot_id == "s-1");
  CHECK(snapshot->size_bytes == 4096);
  // No question beforehand, whose failure could be taken for the create's.
  CHECK(world.driver.calls() == 1);

  v1::CreateSnapshotRequest expected;
  expected.set_source_volume_id("vol-1");
  expected.set_name("snapshot-7");
  (*expected.mutable_parameters())["class"] = "gold";
  (*expected.mutable_secrets())["password"] = "hunter2";
  CHECK(google::protobuf::util::MessageDifferencer::Equals(seen, expected));
}

TEST_CASE("a create is believed only with a snapshot that can be true") {
  World world;
  world.driver.create = [](auto&, auto&) { return grpc::Status::OK; };
  const auto without = run_task(world.io, world.client.create_snapshot(create_call()));
  REQUIRE(!without);
  CHECK(
      without.error() ==
      base::Error(ErrorKind::malformed,
                  "CreateSnapshot \"snapshot-7\" of volume \"vol-1\": the driver's reply holds no "
                  "snapshot"));

  world.driver.create = [](auto&, v1::CreateSnapshotResponse& reply) {
    reply.mutable_snapshot()->set_ready_to_use(true);
    return grpc::Status::OK;
  };
  const auto nameless = run_task(world.io, world.client.create_snapshot(create_call()));
  REQUIRE(!nameless);
  CHECK(nameless.error().kind() == ErrorKind::malformed);
  CHECK_THAT(nameless.error().text(), Catch::EndsWith("without an id"));
}

TEST_CASE("errors of the driver's come as they are") {
  World world;
  world.driver.create = [](auto&, auto&) {
    return grpc::Status(grpc::StatusCode::INTERNAL, "disk on fire");
  };
  const auto snapshot = run_task(world.io, world.client.create_snapshot(create_call()));
  REQUIRE(!snapshot);
  CHECK(snapshot.error() ==
        base::Error(ErrorKind::internal, "rpc error: code = Internal desc = disk on fire"));
}

TEST_CASE("delete sends the id and the secrets; an unknown snapshot is deleted already") {
  World world;
  v1::DeleteSnapshotRequest seen;
  grpc::Status answer = grpc::Status::OK;
  world.driver.remove = [&](const auto& request, auto&) {
    seen = request;
    return answer;
  };
  CHECK(run_task(world.io, world.client.delete_snapshot("s-1", password())));
  CHECK(seen.snapshot_id() == "s-1");
  CHECK(seen.secrets().at("password") == "hunter2");
  CHECK(seen.secrets().size() == 1);

  answer = grpc::Status(grpc::StatusCode::NOT_FOUND, "never heard of it");
  CHECK(run_task(world.io, world.client.delete_snapshot("s-1", password())));
  answer = grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "in use");
  const auto refused = run_task(world.io, world.client.delete_snapshot("s-1", password()));
  REQUIRE(!refused);
  CHECK(refused.error().kind() == ErrorKind::failed_precondition);
}

TEST_CASE("a snapshot is found on whatever page it is") {
  struct Row {
    const char* sentence;
    Pages pages;
    std::optional<ErrorKind> error;
  };
  const Row table[] = {
      {"the only entry", {{"", {{"s-1"}, ""}}}, {}},
      {"among others, as drivers send that ignore the filter",
       {{"", {{"s-0", "s-1", "s-2"}, ""}}},
       {}},
      {"on the third page, after an empty one",
       {{"", {{"s-0"}, "p2"}}, {"p2", {{}, "p3"}}, {"p3", {{"s-1"}, ""}}},
       {}},
      {"nowhere", {{"", {{}, ""}}}, ErrorKind::not_found},
      {"only others", {{"", {{"s-10"}, "p2"}}, {"p2", {{"s-2"}, ""}}}, ErrorKind::not_found},
      {"behind a token that leads back to itself",
       {{"", {{"s-0"}, "p2"}}, {"p2", {{"s-0"}, "p2"}}},
       ErrorKind::malformed},
      {"behind tokens that go round in circles",
       {{"", {{"s-0"}, "p2"}}, {"p2", {{"s-0"}, "p3"}}, {"p3", {{"s-0"}, "p2"}}},
       ErrorKind::malformed},
  };
  World world;
  for (const Row& row : table) {
    INFO(row.sentence);
    serve(world.driver, row.pages);
    const auto found = run_task(world.io, world.client.find_snapshot("s-1", password()));
    REQUIRE(found.has_value() == !row.error);
    if (found) CHECK(found->snapshot_id == "s-1");
    if (!found) CHECK(found.error().kind() == *row.error);
  }
}

TEST_CASE("an entry that is nonsense is not believed") {
  World world;
  world.driver.list = [](auto&, v1::ListSnapshotsResponse& reply) {
    reply.add_entries();  // without a snapshot
    reply.add_entries()->mutable_snapshot()->set_snapshot_id("s-1");
    reply.mutable_entries(1)->mutable_snapshot()->set_size_bytes(-5);
    return grpc::Status::OK;
  };
  const auto found = run_task(world.io, world.client.find_snapshot("s-1", password()));
  REQUIRE(!found);
  CHECK(found.error() == base::Error(ErrorKind::malformed,
                                     "ListSnapshots of \"s-1\": the driver reports a snapshot "
                                     "\"s-1\" of negative size: -5 bytes"));
}

TEST_CASE("a driver with GetSnapshot is asked that way") {
  World world({true, true, true});
  v1::GetSnapshotRequest seen;
  std::string id = "s-1";
  world.driver.get = [&](const auto& request, v1::GetSnapshotResponse& reply) {
    seen = request;
    reply.mutable_snapshot()->set_snapshot_id(id);
    return grpc::Status::OK;
  };
  REQUIRE(run_task(world.io, world.client.find_snapshot("s-1", password())));
  CHECK(seen.snapshot_id() == "s-1");
  CHECK(seen.secrets().at("password") == "hunter2");

  id = "s-2";
  const auto other = run_task(world.io, world.client.find_snapshot("s-1", password()));
  REQUIRE(!other);
  CHECK(other.error() ==
        base::Error(ErrorKind::malformed,
                    "GetSnapshot \"s-1\": the driver answers with snapshot \"s-2\""));

  world.driver.get = [](auto&, auto&) {
    return grpc::Status(grpc::StatusCode::NOT_FOUND, "never heard of it");
  };
  const auto gone = run_task(world.io, world.client.find_snapshot("s-1", password()));
  REQUIRE(!gone);
  CHECK(gone.error().kind() == ErrorKind::not_found);
}

TEST_CASE("a look-up asks for one id, with the secrets that there are, in one call") {
  World world;
  v1::ListSnapshotsRequest seen;
  world.driver.list = [&](const auto& request, v1::ListSnapshotsResponse& reply) {
    seen = request;
    v1::Snapshot& snapshot = *reply.add_entries()->mutable_snapshot();
    snapshot.set_snapshot_id("s-1");
    snapshot.set_group_snapshot_id("g-1");
    return grpc::Status::OK;
  };
  const auto found = run_task(world.io, world.client.find_snapshot("s-1", csi::Secrets()));
  REQUIRE(found);
  CHECK(found->group_snapshot_id == "g-1");
  CHECK(!found->creation_time_ns);
  v1::ListSnapshotsRequest expected;
  expected.set_snapshot_id("s-1");
  CHECK(google::protobuf::util::MessageDifferencer::Equals(seen, expected));

  REQUIRE(run_task(world.io, world.client.find_snapshot("s-1", password())));
  (*expected.mutable_secrets())["password"] = "hunter2";
  CHECK(google::protobuf::util::MessageDifferencer::Equals(seen, expected));
  CHECK(world.driver.calls() == 2);
}

TEST_CASE("an error on a later page is the driver's error, not a snapshot that is not there") {
  World world;
  world.driver.list = [](const auto& request, v1::ListSnapshotsResponse& reply) {
    if (!request.starting_token().empty())
      return grpc::Status(grpc::StatusCode::ABORTED, "the token has expired");
    reply.set_next_token("p2");
    return grpc::Status::OK;
  };
  const auto found = run_task(world.io, world.client.find_snapshot("s-1", password()));
  REQUIRE(!found);
  CHECK(found.error().kind() == ErrorKind::aborted);
}

TEST_CASE("a driver that comes back with other capabilities is asked in the other way") {
  World world;
  world.driver.get = [](auto&, v1::GetSnapshotResponse& reply) {
    reply.mutable_snapshot()->set_snapshot_id("s-1");
    return grpc::Status::OK;
  };
  world.client.set_capabilities({true, false, true});
  CHECK(run_task(world.io, world.client.find_snapshot("s-1", password())));
}

TEST_CASE("a driver with neither is not asked at all") {
  World world({true, false, false});
  serve(world.driver, {{"", {{"s-1"}, ""}}});
  const auto found = run_task(world.io, world.client.find_snapshot("s-1", password()));
  CHECK(world.driver.calls() == 0);
  REQUIRE(!found);
  CHECK(found.error().kind() == ErrorKind::unimplemented);
  CHECK_THAT(found.error().text(), Catch::StartsWith("the driver can look up no snapshot"));
}
