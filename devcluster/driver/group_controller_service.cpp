#include "devcluster/driver/group_controller_service.hpp"

#include <utility>

#include "devcluster/driver/group_calls.hpp"

namespace devcluster::driver {
namespace {

namespace v1 = csi::v1;
using RPC = v1::GroupControllerServiceCapability::RPC;

constexpr RPC::Type only_capability = RPC::CREATE_DELETE_GET_VOLUME_GROUP_SNAPSHOT;

}  // namespace

using Reactor = GroupControllerService::Reactor;

Deed GroupControllerService::offered_to(const SecretsField& secrets, Deed deed) const {
  return admission_.if_offered(RPC::Type_Name(only_capability),
                               admission_.if_trusted(secrets, std::move(deed)));
}

Reactor* GroupControllerService::GroupControllerGetCapabilities(
    Context* context, const v1::GroupControllerGetCapabilitiesRequest*,
    v1::GroupControllerGetCapabilitiesResponse* reply) {
  return desk_.submit(*context,
                      Task{"GroupControllerGetCapabilities", "", "", [this, reply] {
                             if (admission_.offers(RPC::Type_Name(only_capability)))
                               reply->add_capabilities()->mutable_rpc()->set_type(only_capability);
                             return grpc::Status::OK;
                           }});
}

Reactor* GroupControllerService::CreateVolumeGroupSnapshot(
    Context* context, const v1::CreateVolumeGroupSnapshotRequest* request,
    v1::CreateVolumeGroupSnapshotResponse* reply) {
  auto deed = [this, request, reply] { return create_group(store_, moment(), *request, *reply); };
  return desk_.submit(*context, Task{"CreateVolumeGroupSnapshot", request->name(),
                                     "group snapshot named " + request->name(),
                                     offered_to(request->secrets(), std::move(deed)), reply});
}

Reactor* GroupControllerService::DeleteVolumeGroupSnapshot(
    Context* context, const v1::DeleteVolumeGroupSnapshotRequest* request,
    v1::DeleteVolumeGroupSnapshotResponse*) {
  auto deed = [this, request] { return delete_group(store_, *request); };
  return desk_.submit(*context, Task{"DeleteVolumeGroupSnapshot", request->group_snapshot_id(),
                                     "group snapshot " + request->group_snapshot_id(),
                                     offered_to(request->secrets(), std::move(deed))});
}

Reactor* GroupControllerService::GetVolumeGroupSnapshot(
    Context* context, const v1::GetVolumeGroupSnapshotRequest* request,
    v1::GetVolumeGroupSnapshotResponse* reply) {
  auto deed = [this, request, reply] { return get_group(store_, moment(), *request, *reply); };
  return desk_.submit(*context, Task{"GetVolumeGroupSnapshot", request->group_snapshot_id(), "",
                                     offered_to(request->secrets(), std::move(deed)), reply});
}

}  // namespace devcluster::driver
