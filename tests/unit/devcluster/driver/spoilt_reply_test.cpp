#include "devcluster/driver/spoilt_reply.hpp"

#include <catch2/catch.hpp>

#include "csi-spec/csi.pb.h"

namespace v1 = csi::v1;
using devcluster::driver::Flaw;
using devcluster::driver::spoil;

namespace {

v1::Snapshot snapshot() {
  v1::Snapshot made;
  made.set_snapshot_id("s-1");
  made.set_size_bytes(4096);
  made.mutable_creation_time()->set_seconds(5);
  return made;
}

}  // namespace

TEST_CASE("a flaw gets into every snapshot of a reply") {
  for (const Flaw flaw : {Flaw::no_message, Flaw::empty_id, Flaw::other_id, Flaw::negative_size,
                          Flaw::no_time, Flaw::bad_time}) {
    v1::CreateSnapshotResponse created;
    v1::GetSnapshotResponse got;
    v1::ListSnapshotsResponse listed;
    *created.mutable_snapshot() = *got.mutable_snapshot() = snapshot();
    *listed.add_entries()->mutable_snapshot() = snapshot();
    *listed.add_entries()->mutable_snapshot() = snapshot();
    spoil(created, flaw);
    spoil(got, flaw);
    spoil(listed, flaw);
    CHECK(created.has_snapshot() == (flaw != Flaw::no_message));
    const v1::Snapshot& spoilt = created.snapshot();
    CHECK(got.snapshot().SerializeAsString() == spoilt.SerializeAsString());
    REQUIRE(listed.entries_size() == 2);
    CHECK(listed.entries(1).snapshot().SerializeAsString() == spoilt.SerializeAsString());
    if (flaw == Flaw::no_message) continue;
    CHECK(spoilt.snapshot_id() == (flaw == Flaw::empty_id   ? ""
                                   : flaw == Flaw::other_id ? "s-1-other"
                                                            : "s-1"));
    CHECK(spoilt.size_bytes() == (flaw == Flaw::negative_size ? -1 : 4096));
    CHECK(spoilt.has_creation_time() == (flaw != Flaw::no_time));
    CHECK((spoilt.creation_time().nanos() >= 1'000'000'000) == (flaw == Flaw::bad_time));
  }
}

TEST_CASE("a flaw gets into a group, and into its members where the group has no such field") {
  v1::VolumeGroupSnapshot whole;
  whole.set_group_snapshot_id("g-1");
  whole.mutable_creation_time()->set_seconds(5);
  *whole.add_snapshots() = snapshot();
  const auto spoilt = [&](Flaw flaw) {
    v1::CreateVolumeGroupSnapshotResponse created;
    v1::GetVolumeGroupSnapshotResponse got;
    *created.mutable_group_snapshot() = *got.mutable_group_snapshot() = whole;
    spoil(created, flaw);
    spoil(got, flaw);
    CHECK(created.SerializeAsString() == got.SerializeAsString());
    return created;
  };
  CHECK(!spoilt(Flaw::no_message).has_group_snapshot());
  CHECK(spoilt(Flaw::empty_id).group_snapshot().group_snapshot_id().empty());
  CHECK(spoilt(Flaw::empty_id).group_snapshot().snapshots(0).snapshot_id() == "s-1");
  CHECK(spoilt(Flaw::other_id).group_snapshot().group_snapshot_id() == "g-1-other");
  CHECK(spoilt(Flaw::negative_size).group_snapshot().snapshots(0).size_bytes() == -1);
  CHECK(!spoilt(Flaw::no_time).group_snapshot().has_creation_time());
  CHECK(!spoilt(Flaw::no_time).group_snapshot().snapshots(0).has_creation_time());
  CHECK(spoilt(Flaw::bad_time).group_snapshot().creation_time().nanos() >= 1'000'000'000);
}

TEST_CASE("a reply without snapshots has nothing to spoil") {
  v1::DeleteSnapshotResponse reply;
  spoil(reply, Flaw::no_message);
  CHECK(reply.SerializeAsString().empty());
}
