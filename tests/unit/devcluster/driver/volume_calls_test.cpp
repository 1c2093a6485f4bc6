#include "devcluster/driver/volume_calls.hpp"

#include <functional>

#include <catch2/catch.hpp>

#include "csi-spec/csi.pb.h"
#include "tests/support/fresh_folder.hpp"
#include "tests/support/result_printer.hpp"

namespace v1 = csi::v1;
using namespace devcluster::driver;
using grpc::StatusCode;

namespace {

using Change = std::function<void(v1::CreateVolumeRequest&)>;

v1::CreateVolumeRequest request_with(const Change& change = [](auto&) {}) {
  v1::CreateVolumeRequest request;
  request.set_name("v");
  request.mutable_capacity_range()->set_required_bytes(4096);
  request.add_volume_capabilities()->mutable_mount();
  change(request);
  return request;
}

Change from_snapshot(const std::string& id) {
  return [id](v1::CreateVolumeRequest& request) {
    request.mutable_volume_content_source()->mutable_snapshot()->set_snapshot_id(id);
  };
}

struct World {
  tests::FreshFolder folder;
  std::unique_ptr<Store> store = std::move(*Store::open(folder.path(), Durability::kernel));
  v1::CreateVolumeResponse reply;

  StatusCode create(const Change& change = [](auto&) {}) {
    reply.Clear();
    return create_volume(*store, request_with(change), reply).error_code();
  }
};

}  // namespace

TEST_CASE("the same name is the same volume") {
  World world;
  REQUIRE(world.create() == StatusCode::OK);
  const std::string id = world.reply.volume().volume_id();
  CHECK(world.reply.volume().capacity_bytes() == 4096);
  CHECK(std::filesystem::is_directory(world.store->volume_folder(id)));
  REQUIRE(world.create() == StatusCode::OK);
  CHECK(world.reply.volume().volume_id() == id);
}

TEST_CASE("a volume's capacity is what was asked for") {
  struct Row {
    const char* sentence;
    std::int64_t required, limit, capacity;
  };
  const Row table[] = {
      {"as much as is required", 5000, 0, 5000},
      {"1 GiB if nobody cares", 0, 0, 1 << 30},
      {"no more than the limit", 0, 1000, 1000},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    World world;
    REQUIRE(world.create([&](auto& request) {
      request.mutable_capacity_range()->set_required_bytes(row.required);
      request.mutable_capacity_range()->set_limit_bytes(row.limit);
    }) == StatusCode::OK);
    CHECK(world.reply.volume().capacity_bytes() == row.capacity);
  }
}

TEST_CASE("a volume made from a snapshot says so") {
  World world;
  REQUIRE(world.create() == StatusCode::OK);
  const std::string source = world.reply.volume().volume_id();
  const std::string snapshot = world.store->create_snapshot("s", source, {}).value()->id;
  REQUIRE(world.create([&](auto& request) {
    from_snapshot(snapshot)(request);
    request.set_name("restored");
  }) == StatusCode::OK);
  CHECK(world.reply.volume().content_source().snapshot().snapshot_id() == snapshot);
}

TEST_CASE("a volume that cannot be made is refused with the code that CSI asks for") {
  World world;
  REQUIRE(world.create() == StatusCode::OK);
  const std::string snapshot =
      world.store->create_snapshot("s", world.reply.volume().volume_id(), {}).value()->id;
  struct Row {
    const char* sentence;
    Change change;
    StatusCode code;
  };
  const Row table[] = {
      {"no name", [](auto& r) { r.clear_name(); }, StatusCode::INVALID_ARGUMENT},
      {"no capability", [](auto& r) { r.clear_volume_capabilities(); },
       StatusCode::INVALID_ARGUMENT},
      {"a capability without access type", [](auto& r) { r.add_volume_capabilities(); },
       StatusCode::INVALID_ARGUMENT},
      {"a block device", [](auto& r) { r.add_volume_capabilities()->mutable_block(); },
       StatusCode::INVALID_ARGUMENT},
      {"a clone", [](auto& r) { r.mutable_volume_content_source()->mutable_volume(); },
       StatusCode::INVALID_ARGUMENT},
      {"a limit below what is required",
       [](auto& r) { r.mutable_capacity_range()->set_limit_bytes(1); },
       StatusCode::INVALID_ARGUMENT},
      {"a negative capacity", [](auto& r) { r.mutable_capacity_range()->set_required_bytes(-1); },
       StatusCode::INVALID_ARGUMENT},
      {"the same name, but larger",
       [](auto& r) { r.mutable_capacity_range()->set_required_bytes(8192); },
       StatusCode::ALREADY_EXISTS},
      {"the same name, but from a snapshot", from_snapshot(snapshot), StatusCode::ALREADY_EXISTS},
      {"a snapshot that is not there",
       [](auto& r) {
         from_snapshot("snap-none")(r);
         r.set_name("restored");
       },
       StatusCode::NOT_FOUND},
      {"a snapshot that does not fit",
       [&](auto& r) {
         from_snapshot(snapshot)(r);
         r.set_name("restored");
         r.mutable_capacity_range()->set_required_bytes(1);
       },
       StatusCode::OUT_OF_RANGE},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    CHECK(world.create(row.change) == row.code);
    CHECK(world.store->volumes().size() == 1);
  }
}

TEST_CASE("capabilities are confirmed for folders only") {
  World world;
  REQUIRE(world.create() == StatusCode::OK);
  v1::ValidateVolumeCapabilitiesRequest request;
  v1::ValidateVolumeCapabilitiesResponse reply;
  request.set_volume_id("vol-none");
  request.add_volume_capabilities()->mutable_mount();
  CHECK(validate_volume(*world.store, request, reply).error_code() == StatusCode::NOT_FOUND);
  request.set_volume_id(world.reply.volume().volume_id());
  REQUIRE(validate_volume(*world.store, request, reply).ok());
  CHECK(reply.has_confirmed());
  request.add_volume_capabilities()->mutable_block();
  reply.Clear();
  REQUIRE(validate_volume(*world.store, request, reply).ok());
  CHECK(!reply.has_confirmed());
  CHECK_THAT(reply.message(), Catch::Contains("cannot be a block device"));
}

TEST_CASE("volumes are listed and deleted; the file system tells what is free") {
  World world;
  REQUIRE(world.create() == StatusCode::OK);
  v1::ListVolumesResponse list;
  REQUIRE(list_volumes(*world.store, {}, list).ok());
  REQUIRE(list.entries_size() == 1);
  CHECK(list.entries(0).volume().volume_id() == world.reply.volume().volume_id());

  v1::GetCapacityResponse capacity;
  REQUIRE(get_capacity(*world.store, capacity).ok());
  CHECK(capacity.available_capacity() > 0);

  v1::DeleteVolumeRequest request;
  CHECK(delete_volume(*world.store, request).error_code() == StatusCode::INVALID_ARGUMENT);
  request.set_volume_id(world.reply.volume().volume_id());
  CHECK(delete_volume(*world.store, request).ok());
  CHECK(delete_volume(*world.store, request).ok());
  CHECK(world.store->volumes().empty());
}
