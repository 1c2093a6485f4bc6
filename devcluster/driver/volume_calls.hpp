#pragma once

#include <grpcpp/support/status.h>

#include "devcluster/driver/store.hpp"

namespace csi::v1 {
class CreateVolumeRequest;
class CreateVolumeResponse;
class DeleteVolumeRequest;
class GetCapacityResponse;
class ListVolumesRequest;
class ListVolumesResponse;
class ValidateVolumeCapabilitiesRequest;
class ValidateVolumeCapabilitiesResponse;
}  // namespace csi::v1

namespace devcluster::driver {

// Our status for what the store says: what went wrong with files, or cannot be done.
grpc::Status status_of(const base::Error& error);

// What CSI's volume calls do, without gRPC: idempotent by name or id, as the specification says.
// A volume is a folder, so that it can only be mounted, not used as a block device. The capacity is
// what was asked for, 1 GiB if nothing was, and is told, not enforced.
grpc::Status create_volume(Store& store, const csi::v1::CreateVolumeRequest& request,
                           csi::v1::CreateVolumeResponse& reply);
grpc::Status delete_volume(Store& store, const csi::v1::DeleteVolumeRequest& request);
grpc::Status validate_volume(const Store& store,
                             const csi::v1::ValidateVolumeCapabilitiesRequest& request,
                             csi::v1::ValidateVolumeCapabilitiesResponse& reply);
grpc::Status list_volumes(const Store& store, const csi::v1::ListVolumesRequest& request,
                          csi::v1::ListVolumesResponse& reply);
// What the file system under the data folder has free.
grpc::Status get_capacity(const Store& store, csi::v1::GetCapacityResponse& reply);

}  // namespace devcluster::driver
