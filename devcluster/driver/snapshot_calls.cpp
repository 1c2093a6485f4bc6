#include "devcluster/driver/snapshot_calls.hpp"

#include "csi-spec/csi.pb.h"
#include "devcluster/driver/listing.hpp"
#include "devcluster/driver/volume_calls.hpp"

namespace devcluster::driver {
namespace {

namespace v1 = csi::v1;
using grpc::Status;
using grpc::StatusCode;

Status missing(const char* field) {
  return Status(StatusCode::INVALID_ARGUMENT, std::string(field) + " is missing");
}

}  // namespace

void fill(v1::Snapshot& reply, const Snapshot& snapshot, const Moment& moment) {
  using namespace std::chrono;
  const auto since_epoch = snapshot.created.time_since_epoch();
  const auto whole = floor<seconds>(since_epoch);
  reply.set_snapshot_id(snapshot.id);
  reply.set_source_volume_id(snapshot.source_volume_id);
  reply.set_size_bytes(snapshot.size_bytes);
  reply.mutable_creation_time()->set_seconds(whole.count());
  reply.mutable_creation_time()->set_nanos(
      static_cast<std::int32_t>(duration_cast<nanoseconds>(since_epoch - whole).count()));
  reply.set_group_snapshot_id(snapshot.group_id);
  reply.set_ready_to_use(moment.now - snapshot.created >= moment.ready_after);
}

Status create_snapshot(Store& store, const Moment& moment, const v1::CreateSnapshotRequest& request,
                       v1::CreateSnapshotResponse& reply) {
  if (request.name().empty()) return missing("name");
  if (request.source_volume_id().empty()) return missing("source_volume_id");
  const Snapshot* snapshot = store.snapshot_named(request.name());
  if (snapshot && snapshot->source_volume_id != request.source_volume_id())
    return Status(StatusCode::ALREADY_EXISTS, "snapshot \"" + request.name() +
                                                  "\" is there already, of volume \"" +
                                                  snapshot->source_volume_id + "\"");
  if (!snapshot) {
    const auto made = store.create_snapshot(request.name(), request.source_volume_id(), moment.now);
    if (!made) return status_of(made.error());
    snapshot = *made;
  }
  fill(*reply.mutable_snapshot(), *snapshot, moment);
  return Status::OK;
}

Status delete_snapshot(Store& store, const v1::DeleteSnapshotRequest& request) {
  if (request.snapshot_id().empty()) return missing("snapshot_id");
  const base::Result<void> removed = store.remove_snapshot(request.snapshot_id());
  return removed ? Status::OK : status_of(removed.error());
}

Status get_snapshot(const Store& store, const Moment& moment, const v1::GetSnapshotRequest& request,
                    v1::GetSnapshotResponse& reply) {
  if (request.snapshot_id().empty()) return missing("snapshot_id");
  const Snapshot* snapshot = store.snapshot(request.snapshot_id());
  if (!snapshot)
    return Status(StatusCode::NOT_FOUND, "there is no snapshot \"" + request.snapshot_id() + "\"");
  fill(*reply.mutable_snapshot(), *snapshot, moment);
  return Status::OK;
}

Status list_snapshots(const Store& store, const Moment& moment,
                      const v1::ListSnapshotsRequest& request, v1::ListSnapshotsResponse& reply) {
  const auto wanted = [&](const Snapshot& snapshot) {
    return (request.snapshot_id().empty() || snapshot.id == request.snapshot_id()) &&
           (request.source_volume_id().empty() ||
            snapshot.source_volume_id == request.source_volume_id());
  };
  const auto add = [&](const Snapshot& snapshot) {
    fill(*reply.add_entries()->mutable_snapshot(), snapshot, moment);
  };
  return list_page(store.snapshots(), request.max_entries(), request.starting_token(),
                   *reply.mutable_next_token(), wanted, add);
}

}  // namespace devcluster::driver
