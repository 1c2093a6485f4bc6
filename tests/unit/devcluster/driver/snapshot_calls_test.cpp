#include "devcluster/driver/snapshot_calls.hpp"

#include <catch2/catch.hpp>

#include "csi-spec/csi.pb.h"
#include "tests/support/fresh_folder.hpp"
#include "tests/support/result_printer.hpp"

namespace v1 = csi::v1;
using namespace devcluster::driver;
using grpc::StatusCode;

namespace {

constexpr base::WallTime noon{std::chrono::seconds(1'800'000'000) + std::chrono::nanoseconds(7)};

struct World {
  tests::FreshFolder folder;
  std::unique_ptr<Store> store = std::move(*Store::open(folder.path(), Durability::kernel));
  std::string volume = store->create_volume("v", 4096).value()->id;
  Moment moment{noon, {}};

  StatusCode create(const std::string& name, const std::string& source) {
    v1::CreateSnapshotRequest request;
    request.set_name(name);
    request.set_source_volume_id(source);
    reply.Clear();
    return create_snapshot(*store, moment, request, reply).error_code();
  }
  // The ids on a page.
  std::vector<std::string> list(const v1::ListSnapshotsRequest& request) {
    v1::ListSnapshotsResponse page;
    code = list_snapshots(*store, moment, request, page).error_code();
    next_token = page.next_token();
    std::vector<std::string> ids;
    for (const auto& entry : page.entries()) ids.push_back(entry.snapshot().snapshot_id());
    return ids;
  }

  v1::CreateSnapshotResponse reply;
  std::string next_token;
  StatusCode code = StatusCode::OK;
};

}  // namespace

TEST_CASE("the same name is the same snapshot") {
  World world;
  REQUIRE(world.create("s", world.volume) == StatusCode::OK);
  const v1::Snapshot first = world.reply.snapshot();
  CHECK(first.source_volume_id() == world.volume);
  CHECK(first.size_bytes() == 4096);
  CHECK(first.creation_time().seconds() == 1'800'000'000);
  CHECK(first.creation_time().nanos() == 7);
  CHECK(first.ready_to_use());

  world.moment.now += std::chrono::hours(1);
  REQUIRE(world.create("s", world.volume) == StatusCode::OK);
  CHECK(world.reply.snapshot().SerializeAsString() == first.SerializeAsString());
  CHECK(world.store->snapshots().size() == 1);
}

TEST_CASE("a create that cannot be is refused with the code that CSI asks for") {
  World world;
  const std::string other = world.store->create_volume("w", 4096).value()->id;
  REQUIRE(world.create("s", world.volume) == StatusCode::OK);
  struct Row {
    const char* sentence;
    std::string name, source;
    StatusCode code;
  };
  const Row table[] = {
      {"no name", "", world.volume, StatusCode::INVALID_ARGUMENT},
      {"no source", "t", "", StatusCode::INVALID_ARGUMENT},
      {"a volume that is not there", "t", "vol-none", StatusCode::NOT_FOUND},
      {"a name that belongs to another volume's snapshot", "s", other, StatusCode::ALREADY_EXISTS},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    CHECK(world.create(row.name, row.source) == row.code);
    CHECK(world.store->snapshots().size() == 1);
  }
}

TEST_CASE("a retry finds its snapshot even when the volume has gone") {
  World world;
  REQUIRE(world.create("s", world.volume) == StatusCode::OK);
  REQUIRE(world.store->remove_volume(world.volume));
  CHECK(world.create("s", world.volume) == StatusCode::OK);
}

TEST_CASE("a snapshot becomes ready so long after it was taken") {
  World world;
  world.moment.ready_after = std::chrono::seconds(30);
  REQUIRE(world.create("s", world.volume) == StatusCode::OK);
  CHECK(!world.reply.snapshot().ready_to_use());
  v1::GetSnapshotRequest request;
  request.set_snapshot_id(world.reply.snapshot().snapshot_id());
  for (const auto& [passed, ready] : {std::pair{29, false}, std::pair{30, true}}) {
    world.moment.now = noon + std::chrono::seconds(passed);
    v1::GetSnapshotResponse reply;
    REQUIRE(get_snapshot(*world.store, world.moment, request, reply).ok());
    CHECK(reply.snapshot().ready_to_use() == ready);
  }
}

TEST_CASE("get knows what is there, and says what is not") {
  World world;
  v1::GetSnapshotRequest request;
  v1::GetSnapshotResponse reply;
  CHECK(get_snapshot(*world.store, world.moment, request, reply).error_code() ==
        StatusCode::INVALID_ARGUMENT);
  request.set_snapshot_id("snap-none");
  CHECK(get_snapshot(*world.store, world.moment, request, reply).error_code() ==
        StatusCode::NOT_FOUND);
}

TEST_CASE("delete is content when there is nothing to delete") {
  World world;
  REQUIRE(world.create("s", world.volume) == StatusCode::OK);
  v1::DeleteSnapshotRequest request;
  CHECK(delete_snapshot(*world.store, request).error_code() == StatusCode::INVALID_ARGUMENT);
  request.set_snapshot_id("snap-none");
  CHECK(delete_snapshot(*world.store, request).ok());
  CHECK(world.store->snapshots().size() == 1);
  request.set_snapshot_id(world.reply.snapshot().snapshot_id());
  CHECK(delete_snapshot(*world.store, request).ok());
  CHECK(world.store->snapshots().empty());
}

TEST_CASE("a list comes in pages, and filters hold across them") {
  World world;
  const std::string other = world.store->create_volume("w", 4096).value()->id;
  for (const char* name : {"a", "b", "c", "d", "e"})
    REQUIRE(world.create(name, world.volume) == StatusCode::OK);
  REQUIRE(world.create("f", other) == StatusCode::OK);
  const std::string of_other = world.reply.snapshot().snapshot_id();

  v1::ListSnapshotsRequest request;
  CHECK(world.list(request).size() == 6);
  CHECK(world.next_token.empty());

  request.set_max_entries(2);
  std::set<std::string> seen;
  int pages = 0;
  do {
    for (const std::string& id : world.list(request)) CHECK(seen.insert(id).second);
    request.set_starting_token(world.next_token);
    ++pages;
  } while (!world.next_token.empty());
  CHECK(seen.size() == 6);
  CHECK(pages == 3);

  v1::ListSnapshotsRequest filtered;
  filtered.set_source_volume_id(other);
  filtered.set_max_entries(1);
  CHECK(world.list(filtered) == std::vector<std::string>{of_other});
  CHECK(world.next_token.empty());
  filtered.set_snapshot_id("snap-none");
  CHECK(world.list(filtered).empty());
  CHECK(world.code == StatusCode::OK);
}

TEST_CASE("a page goes on where the last one ended, even if that entry has gone") {
  World world;
  for (const char* name : {"a", "b", "c"})
    REQUIRE(world.create(name, world.volume) == StatusCode::OK);
  v1::ListSnapshotsRequest request;
  request.set_max_entries(1);
  const std::vector<std::string> first = world.list(request);
  REQUIRE(world.store->remove_snapshot(first.at(0)));
  request.set_max_entries(0);
  request.set_starting_token(world.next_token);
  CHECK(world.list(request).size() == 2);
}

TEST_CASE("a list that makes no sense is refused") {
  World world;
  v1::ListSnapshotsRequest request;
  request.set_max_entries(-1);
  world.list(request);
  CHECK(world.code == StatusCode::INVALID_ARGUMENT);
  request.set_max_entries(0);
  request.set_starting_token("made up");
  world.list(request);
  CHECK(world.code == StatusCode::ABORTED);
}
