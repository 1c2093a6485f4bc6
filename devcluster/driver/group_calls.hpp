#pragma once

#include <grpcpp/support/status.h>

#include "devcluster/driver/snapshot_calls.hpp"
#include "devcluster/driver/store.hpp"

namespace csi::v1 {
class CreateVolumeGroupSnapshotRequest;
class CreateVolumeGroupSnapshotResponse;
class DeleteVolumeGroupSnapshotRequest;
class GetVolumeGroupSnapshotRequest;
class GetVolumeGroupSnapshotResponse;
}  // namespace csi::v1

namespace devcluster::driver {

// What CSI's group calls do, without gRPC: idempotent by name or id. Delete and get must name all
// members of the group, in any order; for delete, an unknown group is deleted already.
grpc::Status create_group(Store& store, const Moment& moment,
                          const csi::v1::CreateVolumeGroupSnapshotRequest& request,
                          csi::v1::CreateVolumeGroupSnapshotResponse& reply);
grpc::Status delete_group(Store& store, const csi::v1::DeleteVolumeGroupSnapshotRequest& request);
grpc::Status get_group(const Store& store, const Moment& moment,
                       const csi::v1::GetVolumeGroupSnapshotRequest& request,
                       csi::v1::GetVolumeGroupSnapshotResponse& reply);

}  // namespace devcluster::driver
