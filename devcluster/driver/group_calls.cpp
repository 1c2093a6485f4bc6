#include "devcluster/driver/group_calls.hpp"

#include <set>
#include <string>
#include <vector>

#include "csi-spec/csi.pb.h"
#include "devcluster/driver/volume_calls.hpp"

namespace devcluster::driver {
namespace {

namespace v1 = csi::v1;
using grpc::Status;
using grpc::StatusCode;
using Ids = google::protobuf::RepeatedPtrField<std::string>;
using IdSet = std::set<std::string>;

Status invalid(const std::string& why) {
  return Status(StatusCode::INVALID_ARGUMENT, why);
}

IdSet set_of(const Ids& ids) {
  return IdSet(ids.begin(), ids.end());
}

IdSet volumes_of(const Group& group) {
  IdSet ids;
  for (const Snapshot& member : group.members) ids.insert(member.source_volume_id);
  return ids;
}

IdSet snapshots_of(const Group& group) {
  IdSet ids;
  for (const Snapshot& member : group.members) ids.insert(member.id);
  return ids;
}

Status other_members(const Group& group) {
  return invalid("snapshot_ids are not the members of group snapshot \"" + group.id + "\"");
}

void fill(v1::VolumeGroupSnapshot& reply, const Group& group, const Moment& moment) {
  reply.set_group_snapshot_id(group.id);
  bool ready = true;
  for (const Snapshot& member : group.members) {
    v1::Snapshot& entry = *reply.add_snapshots();
    fill(entry, member, moment);
    ready = ready && entry.ready_to_use();
    *reply.mutable_creation_time() = entry.creation_time();  // all have the same
  }
  reply.set_ready_to_use(ready);
}

}  // namespace

Status create_group(Store& store, const Moment& moment,
                    const v1::CreateVolumeGroupSnapshotRequest& request,
                    v1::CreateVolumeGroupSnapshotResponse& reply) {
  const Ids& volume_ids = request.source_volume_ids();
  if (request.name().empty()) return invalid("name is missing");
  if (volume_ids.empty()) return invalid("source_volume_ids are missing");
  const IdSet wanted = set_of(volume_ids);
  if (wanted.size() != static_cast<std::size_t>(volume_ids.size()))
    return invalid("source_volume_ids names a volume twice");
  const Group* group = store.group_named(request.name());
  if (group && volumes_of(*group) != wanted)
    return Status(StatusCode::ALREADY_EXISTS,
                  "group snapshot \"" + request.name() + "\" is there already, of other volumes");
  if (!group) {
    const std::vector<std::string> ids(volume_ids.begin(), volume_ids.end());
    const auto made = store.create_group(request.name(), ids, moment.now);
    if (!made) return status_of(made.error());
    group = *made;
  }
  fill(*reply.mutable_group_snapshot(), *group, moment);
  return Status::OK;
}

Status delete_group(Store& store, const v1::DeleteVolumeGroupSnapshotRequest& request) {
  if (request.group_snapshot_id().empty()) return invalid("group_snapshot_id is missing");
  const Group* group = store.group(request.group_snapshot_id());
  if (!group) return Status::OK;
  if (snapshots_of(*group) != set_of(request.snapshot_ids())) return other_members(*group);
  const base::Result<void> removed = store.remove_group(request.group_snapshot_id());
  return removed ? Status::OK : status_of(removed.error());
}

Status get_group(const Store& store, const Moment& moment,
                 const v1::GetVolumeGroupSnapshotRequest& request,
                 v1::GetVolumeGroupSnapshotResponse& reply) {
  if (request.group_snapshot_id().empty()) return invalid("group_snapshot_id is missing");
  const Group* group = store.group(request.group_snapshot_id());
  if (!group)
    return Status(StatusCode::NOT_FOUND,
                  "there is no group snapshot \"" + request.group_snapshot_id() + "\"");
  if (snapshots_of(*group) != set_of(request.snapshot_ids())) return other_members(*group);
  fill(*reply.mutable_group_snapshot(), *group, moment);
  return Status::OK;
}

}  // namespace devcluster::driver
