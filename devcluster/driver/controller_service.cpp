#include "devcluster/driver/controller_service.hpp"

#include <utility>

#include "devcluster/driver/volume_calls.hpp"

namespace devcluster::driver {
namespace {

namespace v1 = csi::v1;
using RPC = v1::ControllerServiceCapability::RPC;
using grpc::Status;
using grpc::StatusCode;

constexpr RPC::Type all_capabilities[] = {
    RPC::CREATE_DELETE_VOLUME,   RPC::LIST_VOLUMES,   RPC::GET_CAPACITY,
    RPC::CREATE_DELETE_SNAPSHOT, RPC::LIST_SNAPSHOTS, RPC::GET_SNAPSHOT,
};

}  // namespace

using Reactor = ControllerService::Reactor;

Reactor* ControllerService::ControllerGetCapabilities(
    Context* context, const v1::ControllerGetCapabilitiesRequest*,
    v1::ControllerGetCapabilitiesResponse* reply) {
  return desk_.submit(*context,
                      Task{"ControllerGetCapabilities", "", "", [this, reply] {
                             for (const RPC::Type capability : all_capabilities)
                               if (admission_.offers(RPC::Type_Name(capability)))
                                 reply->add_capabilities()->mutable_rpc()->set_type(capability);
                             return Status::OK;
                           }});
}

Reactor* ControllerService::CreateVolume(Context* context, const v1::CreateVolumeRequest* request,
                                         v1::CreateVolumeResponse* reply) {
  auto deed = [this, request, reply] { return create_volume(store_, *request, *reply); };
  return desk_.submit(*context,
                      Task{"CreateVolume", request->name(), "volume named " + request->name(),
                           offered(RPC::CREATE_DELETE_VOLUME, std::move(deed))});
}

Reactor* ControllerService::DeleteVolume(Context* context, const v1::DeleteVolumeRequest* request,
                                         v1::DeleteVolumeResponse*) {
  auto deed = [this, request] { return delete_volume(store_, *request); };
  return desk_.submit(*context,
                      Task{"DeleteVolume", request->volume_id(), "volume " + request->volume_id(),
                           offered(RPC::CREATE_DELETE_VOLUME, std::move(deed))});
}

Reactor* ControllerService::ValidateVolumeCapabilities(
    Context* context, const v1::ValidateVolumeCapabilitiesRequest* request,
    v1::ValidateVolumeCapabilitiesResponse* reply) {
  auto deed = [this, request, reply] { return validate_volume(store_, *request, *reply); };
  return desk_.submit(
      *context, Task{"ValidateVolumeCapabilities", request->volume_id(), "", std::move(deed)});
}

Reactor* ControllerService::ListVolumes(Context* context, const v1::ListVolumesRequest* request,
                                        v1::ListVolumesResponse* reply) {
  auto deed = [this, request, reply] { return list_volumes(store_, *request, *reply); };
  return desk_.submit(*context,
                      Task{"ListVolumes", "", "", offered(RPC::LIST_VOLUMES, std::move(deed))});
}

Reactor* ControllerService::GetCapacity(Context* context, const v1::GetCapacityRequest*,
                                        v1::GetCapacityResponse* reply) {
  auto deed = [this, reply] { return get_capacity(store_, *reply); };
  return desk_.submit(*context,
                      Task{"GetCapacity", "", "", offered(RPC::GET_CAPACITY, std::move(deed))});
}

Reactor* ControllerService::CreateSnapshot(Context* context,
                                           const v1::CreateSnapshotRequest* request,
                                           v1::CreateSnapshotResponse* reply) {
  auto deed = [this, request, reply] {
    return create_snapshot(store_, moment(), *request, *reply);
  };
  return desk_.submit(
      *context,
      Task{"CreateSnapshot", request->name(), "snapshot named " + request->name(),
           offered_to(request->secrets(), RPC::CREATE_DELETE_SNAPSHOT, std::move(deed)), reply});
}

Reactor* ControllerService::DeleteSnapshot(Context* context,
                                           const v1::DeleteSnapshotRequest* request,
                                           v1::DeleteSnapshotResponse*) {
  auto deed = [this, request] { return delete_snapshot(store_, *request); };
  return desk_.submit(
      *context, Task{"DeleteSnapshot", request->snapshot_id(), "snapshot " + request->snapshot_id(),
                     offered_to(request->secrets(), RPC::CREATE_DELETE_SNAPSHOT, std::move(deed))});
}

Reactor* ControllerService::GetSnapshot(Context* context, const v1::GetSnapshotRequest* request,
                                        v1::GetSnapshotResponse* reply) {
  auto deed = [this, request, reply] { return get_snapshot(store_, moment(), *request, *reply); };
  return desk_.submit(
      *context, Task{"GetSnapshot", request->snapshot_id(), "",
                     offered_to(request->secrets(), RPC::GET_SNAPSHOT, std::move(deed)), reply});
}

Reactor* ControllerService::ListSnapshots(Context* context, const v1::ListSnapshotsRequest* request,
                                          v1::ListSnapshotsResponse* reply) {
  auto deed = [this, request, reply] { return list_snapshots(store_, moment(), *request, *reply); };
  return desk_.submit(
      *context, Task{"ListSnapshots", request->snapshot_id(), "",
                     offered_to(request->secrets(), RPC::LIST_SNAPSHOTS, std::move(deed)), reply});
}

}  // namespace devcluster::driver
