#include "devcluster/driver/spoilt_reply.hpp"

#include "csi-spec/csi.pb.h"

namespace devcluster::driver {
namespace {

namespace v1 = csi::v1;
namespace pb = google::protobuf;

constexpr std::int32_t impossible_nanos = 2'000'000'000;

void spoil_snapshot(v1::Snapshot& snapshot, Flaw flaw) {
  if (flaw == Flaw::empty_id) snapshot.clear_snapshot_id();
  if (flaw == Flaw::other_id) snapshot.set_snapshot_id(snapshot.snapshot_id() + "-other");
  if (flaw == Flaw::negative_size) snapshot.set_size_bytes(-1);
  if (flaw == Flaw::no_time) snapshot.clear_creation_time();
  if (flaw == Flaw::bad_time) snapshot.mutable_creation_time()->set_nanos(impossible_nanos);
}

// Its own id is what counts: its members keep theirs.
void spoil_group(v1::VolumeGroupSnapshot& group, Flaw flaw) {
  if (flaw == Flaw::empty_id) group.clear_group_snapshot_id();
  if (flaw == Flaw::other_id) group.set_group_snapshot_id(group.group_snapshot_id() + "-other");
  if (flaw == Flaw::no_time) group.clear_creation_time();
  if (flaw == Flaw::bad_time) group.mutable_creation_time()->set_nanos(impossible_nanos);
  if (flaw == Flaw::empty_id || flaw == Flaw::other_id) return;
  for (v1::Snapshot& member : *group.mutable_snapshots()) spoil_snapshot(member, flaw);
}

// For all replies with one snapshot.
template <class Reply>
bool spoil_if(pb::Message& reply, Flaw flaw) {
  auto* known = dynamic_cast<Reply*>(&reply);
  if (!known) return false;
  if (flaw == Flaw::no_message) known->clear_snapshot();
  if (known->has_snapshot()) spoil_snapshot(*known->mutable_snapshot(), flaw);
  return true;
}

template <class Reply>
bool spoil_if_group(pb::Message& reply, Flaw flaw) {
  auto* known = dynamic_cast<Reply*>(&reply);
  if (!known) return false;
  if (flaw == Flaw::no_message) known->clear_group_snapshot();
  if (known->has_group_snapshot()) spoil_group(*known->mutable_group_snapshot(), flaw);
  return true;
}

}  // namespace

void spoil(pb::Message& reply, Flaw flaw) {
  if (auto* page = dynamic_cast<v1::ListSnapshotsResponse*>(&reply)) {
    for (auto& entry : *page->mutable_entries())
      spoil_if<v1::ListSnapshotsResponse::Entry>(entry, flaw);
    return;
  }
  spoil_if<v1::CreateSnapshotResponse>(reply, flaw) ||
      spoil_if<v1::GetSnapshotResponse>(reply, flaw) ||
      spoil_if_group<v1::CreateVolumeGroupSnapshotResponse>(reply, flaw) ||
      spoil_if_group<v1::GetVolumeGroupSnapshotResponse>(reply, flaw);
}

}  // namespace devcluster::driver
