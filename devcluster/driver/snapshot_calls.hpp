#pragma once

#include <chrono>

#include <grpcpp/support/status.h>

#include "base/clock.hpp"
#include "devcluster/driver/store.hpp"

namespace csi::v1 {
class CreateSnapshotRequest;
class CreateSnapshotResponse;
class DeleteSnapshotRequest;
class GetSnapshotRequest;
class GetSnapshotResponse;
class ListSnapshotsRequest;
class ListSnapshotsResponse;
class Snapshot;
}  // namespace csi::v1

namespace devcluster::driver {

// What a snapshot's reply depends on besides the snapshot.
struct Moment {
  base::WallTime now;
  std::chrono::nanoseconds ready_after{0};  // from the copy to ready_to_use
};

// A snapshot as replies show it.
void fill(csi::v1::Snapshot& reply, const Snapshot& snapshot, const Moment& moment);

// What CSI's snapshot calls do, without gRPC: idempotent by name or id, as the specification says.
// A member of a group is found as any other; to delete it alone is an invalid argument.
grpc::Status create_snapshot(Store& store, const Moment& moment,
                             const csi::v1::CreateSnapshotRequest& request,
                             csi::v1::CreateSnapshotResponse& reply);
grpc::Status delete_snapshot(Store& store, const csi::v1::DeleteSnapshotRequest& request);
grpc::Status get_snapshot(const Store& store, const Moment& moment,
                          const csi::v1::GetSnapshotRequest& request,
                          csi::v1::GetSnapshotResponse& reply);
grpc::Status list_snapshots(const Store& store, const Moment& moment,
                            const csi::v1::ListSnapshotsRequest& request,
                            csi::v1::ListSnapshotsResponse& reply);

}  // namespace devcluster::driver
