#include "csi/group_snapshot_reply.hpp"

#include <functional>

#include <catch2/catch.hpp>

#include "csi-spec/csi.pb.h"
#include "tests/support/result_printer.hpp"

namespace {

using Change = std::function<void(csi::v1::VolumeGroupSnapshot&)>;

// Group g-1 with the members s-1 and s-2, of vol-1 and vol-2.
csi::v1::VolumeGroupSnapshot reported_with(const Change& change) {
  csi::v1::VolumeGroupSnapshot group;
  group.set_group_snapshot_id("g-1");
  for (const char* number : {"1", "2"}) {
    csi::v1::Snapshot& member = *group.add_snapshots();
    member.set_snapshot_id(std::string("s-") + number);
    member.set_source_volume_id(std::string("vol-") + number);
    member.set_group_snapshot_id("g-1");
  }
  change(group);
  return group;
}

}  // namespace

TEST_CASE("a believable group is taken over as it is, members in the driver's order") {
  const auto reported = reported_with([](csi::v1::VolumeGroupSnapshot& group) {
    group.mutable_creation_time()->set_seconds(1'700'000'000);
    group.mutable_creation_time()->set_nanos(5);
    group.set_ready_to_use(true);
    group.mutable_snapshots(0)->set_size_bytes(4096);
    group.mutable_snapshots(1)->set_ready_to_use(true);
  });
  csi::GroupSnapshot expected;
  expected.group_snapshot_id = "g-1";
  expected.creation_time_ns = 1'700'000'000'000'000'005;
  expected.ready_to_use = true;
  expected.members.resize(2);
  expected.members[0].snapshot_id = "s-1";
  expected.members[0].source_volume_id = "vol-1";
  expected.members[0].size_bytes = 4096;
  expected.members[0].group_snapshot_id = "g-1";
  expected.members[1].snapshot_id = "s-2";
  expected.members[1].source_volume_id = "vol-2";
  expected.members[1].ready_to_use = true;
  expected.members[1].group_snapshot_id = "g-1";
  CHECK(csi::checked_group_snapshot(reported).value() == expected);
}

TEST_CASE("a group is believed only if all of it can be true") {
  struct Row {
    const char* sentence;
    Change change;
    const char* error;  // empty: it is believed
  };
  const Row table[] = {
      {"a group without id", [](auto& g) { g.clear_group_snapshot_id(); },
       "the driver reports a group snapshot without an id"},
      {"a group without members, as drivers answer that leave them to ListSnapshots",
       [](auto& g) { g.clear_snapshots(); }, ""},
      {"a group of an impossible time", [](auto& g) { g.mutable_creation_time()->set_nanos(-1); },
       "group snapshot \"g-1\" with an impossible creation time: 0 s and -1 ns"},
      {"a member without id", [](auto& g) { g.mutable_snapshots(1)->clear_snapshot_id(); },
       "group snapshot \"g-1\": the driver reports a snapshot without an id"},
      {"a member of negative size", [](auto& g) { g.mutable_snapshots(1)->set_size_bytes(-1); },
       "group snapshot \"g-1\": the driver reports a snapshot \"s-2\" of negative size: -1 bytes"},
      {"a member of an impossible time",
       [](auto& g) { g.mutable_snapshots(1)->mutable_creation_time()->set_nanos(-1); },
       "snapshot \"s-2\" with an impossible creation time"},
      {"the same member twice", [](auto& g) { g.mutable_snapshots(1)->set_snapshot_id("s-1"); },
       "group snapshot \"g-1\" with snapshot \"s-1\" twice"},
      {"a member that does not tell its group",
       [](auto& g) { g.mutable_snapshots(1)->clear_group_snapshot_id(); }, ""},
      {"a member of another group",
       [](auto& g) { g.mutable_snapshots(1)->set_group_snapshot_id("g-2"); },
       "with snapshot \"s-2\", which says that it belongs to group \"g-2\""},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    const auto group = csi::checked_group_snapshot(reported_with(row.change));
    if (row.error[0] == '\0') {
      CHECK(group);
      continue;
    }
    REQUIRE(!group);
    CHECK(group.error().kind() == base::ErrorKind::malformed);
    CHECK_THAT(group.error().text(), Catch::Contains(row.error));
  }
}

TEST_CASE("a group's creation time may be absent, and Go's zero time means just that") {
  const auto silent = csi::checked_group_snapshot(reported_with([](auto&) {}));
  CHECK(!silent.value().creation_time_ns);
  const auto zero = csi::checked_group_snapshot(reported_with(
      [](auto& group) { group.mutable_creation_time()->set_seconds(-62'135'596'800); }));
  CHECK(!zero.value().creation_time_ns);
}
