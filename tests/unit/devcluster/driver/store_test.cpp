#include "devcluster/driver/store.hpp"

#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

#include "tests/support/fresh_folder.hpp"
#include "tests/support/result_printer.hpp"

namespace fs = std::filesystem;
using namespace devcluster::driver;

namespace {

constexpr base::WallTime noon{std::chrono::hours(500'000) + std::chrono::nanoseconds(7)};

std::unique_ptr<Store> open(const tests::FreshFolder& folder) {
  auto store = Store::open(folder.path(), Durability::kernel);
  REQUIRE(store);
  return std::move(*store);
}

void write(const fs::path& file, const std::string& text) {
  std::ofstream(file) << text;
}

std::string read(const fs::path& file) {
  std::ifstream in(file);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

long entries_in(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), {});
}

}  // namespace

TEST_CASE("a snapshot is the volume as it was, and outlives it") {
  const tests::FreshFolder folder;
  const auto store = open(folder);
  const Volume volume = *store->create_volume("v", 4096).value();
  write(store->volume_folder(volume.id) / "file", "before");
  const Snapshot snapshot = *store->create_snapshot("s", volume.id, noon).value();
  write(store->volume_folder(volume.id) / "file", "after");

  CHECK(read(store->snapshot_folder(snapshot.id) / "file") == "before");
  CHECK(snapshot.size_bytes == 4096);
  CHECK(snapshot.created == noon);
  CHECK(store->snapshot_named("s")->id == snapshot.id);

  REQUIRE(store->remove_volume(volume.id));
  CHECK(!store->volume(volume.id));
  const Volume restored = *store->create_volume("r", 4096, snapshot.id).value();
  CHECK(read(store->volume_folder(restored.id) / "file") == "before");
}

TEST_CASE("everything is still there after a restart") {
  const tests::FreshFolder folder;
  std::string volume_id, snapshot_id;
  {
    const auto store = open(folder);
    volume_id = store->create_volume("v", 4096).value()->id;
    snapshot_id = store->create_snapshot("s", volume_id, noon).value()->id;
    REQUIRE(store->create_volume("r", 8192, snapshot_id));
  }
  const auto store = open(folder);
  CHECK(store->volumes().size() == 2);
  CHECK(store->volume_named("v")->id == volume_id);
  CHECK(store->volume(volume_id)->capacity_bytes == 4096);
  CHECK(store->volume_named("r")->from_snapshot == snapshot_id);
  const Snapshot* snapshot = store->snapshot(snapshot_id);
  REQUIRE(snapshot);
  CHECK(snapshot->name == "s");
  CHECK(snapshot->source_volume_id == volume_id);
  CHECK(snapshot->size_bytes == 4096);
  CHECK(snapshot->created == noon);
}

TEST_CASE("removing leaves nothing behind, and can be asked for twice") {
  const tests::FreshFolder folder;
  const auto store = open(folder);
  const std::string volume = store->create_volume("v", 4096).value()->id;
  const std::string snapshot = store->create_snapshot("s", volume, noon).value()->id;
  REQUIRE(store->remove_snapshot(snapshot));
  REQUIRE(store->remove_volume(volume));
  REQUIRE(store->remove_snapshot(snapshot));
  REQUIRE(store->remove_volume(volume));
  CHECK(store->snapshots().empty());
  CHECK(!store->snapshot_named("s"));
  CHECK(entries_in(folder / "volumes") == 0);
  CHECK(entries_in(folder / "snapshots") == 0);
}

TEST_CASE("a group is all its volumes as they were, kept and removed as one") {
  const tests::FreshFolder folder;
  std::string volumes[2], group_id, members[2];
  {
    const auto store = open(folder);
    for (const int i : {0, 1}) {
      volumes[i] = store->create_volume(std::to_string(i), 4096 * (i + 1)).value()->id;
      write(store->volume_folder(volumes[i]) / "file", "before " + std::to_string(i));
    }
    const Group group = *store->create_group("g", {volumes[1], volumes[0]}, noon).value();
    for (const int i : {0, 1}) write(store->volume_folder(volumes[i]) / "file", "after");
    group_id = group.id;
    REQUIRE(group.members.size() == 2);
    CHECK(group.members[0].source_volume_id == volumes[1]);
    members[0] = group.members[1].id;
    members[1] = group.members[0].id;
  }
  const auto store = open(folder);  // a restart
  REQUIRE(store->group_named("g"));
  CHECK(store->group_named("g")->id == group_id);
  CHECK(store->group(group_id)->created == noon);
  CHECK(store->snapshots().size() == 2);
  for (const int i : {0, 1}) {
    const Snapshot* member = store->snapshot(members[i]);
    REQUIRE(member);
    CHECK(member->group_id == group_id);
    CHECK(member->source_volume_id == volumes[i]);
    CHECK(member->size_bytes == 4096 * (i + 1));
    CHECK(member->created == noon);
    const Volume restored =
        *store->create_volume("r" + std::to_string(i), 8192, members[i]).value();
    CHECK(read(store->volume_folder(restored.id) / "file") == "before " + std::to_string(i));
  }

  const auto alone = store->remove_snapshot(members[0]);
  REQUIRE(!alone);
  CHECK(alone.error().kind() == base::ErrorKind::invalid);
  CHECK(store->snapshot(members[0]));

  REQUIRE(store->remove_group(group_id));
  REQUIRE(store->remove_group(group_id));
  CHECK(store->groups().empty());
  CHECK(store->snapshots().empty());
  CHECK(!store->group_named("g"));
  CHECK(entries_in(folder / "groups") == 0);
}

TEST_CASE("of a group that cannot be copied, or was interrupted, nothing is left") {
  const tests::FreshFolder folder;
  {
    const auto store = open(folder);
    const std::string good = store->create_volume("v", 4096).value()->id;
    const std::string bad = store->create_volume("w", 4096).value()->id;
    fs::remove_all(store->volume_folder(bad));  // somebody else's doing
    CHECK(!store->create_group("g", {good, bad}, noon));
    const auto unknown = store->create_group("g", {good, "vol-none"}, noon);
    REQUIRE(!unknown);
    CHECK(unknown.error().kind() == base::ErrorKind::not_found);
    CHECK(!store->group_named("g"));
    CHECK(store->snapshots().empty());
    CHECK(entries_in(folder / "groups") == 0);
  }
  const fs::path groups = folder / "groups";
  fs::create_directories(groups / ".group-half.partial" / "snap-1");  // killed while copying
  write(groups / "group-2.json", "{}");                               // before the last rename
  const auto store = open(folder);
  CHECK(store->groups().empty());
  CHECK(entries_in(groups) == 0);
}

TEST_CASE("what an interrupted step has left is removed at the start, and nothing else") {
  const tests::FreshFolder folder;
  std::string kept;
  {
    const auto store = open(folder);
    const std::string volume = store->create_volume("v", 4096).value()->id;
    kept = store->create_snapshot("s", volume, noon).value()->id;
  }
  const fs::path snapshots = folder / "snapshots";
  fs::create_directories(snapshots / ".snap-half.partial" / "sub");  // copying
  write(snapshots / ".snap-2.json.partial", "{");                    // writing the record
  write(snapshots / "snap-3.json", "{}");                            // before the last rename
  fs::create_directory(snapshots / "put here by hand");              // none of ours

  const auto store = open(folder);
  CHECK(store->snapshots().size() == 1);
  CHECK(store->snapshot(kept));
  CHECK(entries_in(snapshots) == 3);
  CHECK(fs::exists(snapshots / "put here by hand"));
}

TEST_CASE("a copy that fails leaves nothing") {
  const tests::FreshFolder folder;
  const auto store = open(folder);
  const std::string volume = store->create_volume("v", 4096).value()->id;
  fs::remove_all(store->volume_folder(volume));  // somebody else's doing
  CHECK(!store->create_snapshot("s", volume, noon));
  CHECK(!store->snapshot_named("s"));
  CHECK(entries_in(folder / "snapshots") == 0);

  const auto unknown = store->create_snapshot("s", "vol-none", noon);
  REQUIRE(!unknown);
  CHECK(unknown.error().kind() == base::ErrorKind::not_found);
}

TEST_CASE("a removal that failed half-way can be repeated") {
  const tests::FreshFolder folder;
  const auto store = open(folder);
  const std::string volume = store->create_volume("v", 4096).value()->id;
  fs::remove_all(store->volume_folder(volume));
  REQUIRE(store->remove_volume(volume));
  CHECK(entries_in(folder / "volumes") == 0);
}

TEST_CASE("a record that cannot be read is named, not dropped") {
  const tests::FreshFolder folder;
  fs::create_directories(fs::path(folder / "volumes") / "vol-1");
  write(fs::path(folder / "volumes") / "vol-1.json", "{\"name\": 5");
  const auto store = Store::open(folder.path(), Durability::kernel);
  REQUIRE(!store);
  CHECK_THAT(store.error().text(), Catch::Contains("volumes/vol-1.json cannot be read"));
}
