#pragma once

#include "base/clock.hpp"
#include "csi-spec/csi.grpc.pb.h"
#include "devcluster/driver/admission.hpp"
#include "devcluster/driver/behaviour.hpp"
#include "devcluster/driver/desk.hpp"
#include "devcluster/driver/snapshot_calls.hpp"
#include "devcluster/driver/store.hpp"

namespace devcluster::driver {

// Carries each call to the desk, with what it does there. What a call does is in volume_calls.hpp
// and snapshot_calls.hpp. Calls not listed here are unimplemented.
class ControllerService final : public csi::v1::Controller::CallbackService {
 public:
  // All must outlive the server.
  ControllerService(Desk& desk, Store& store, const base::Clock& clock, const Behaviour& behaviour)
      : desk_(desk), store_(store), clock_(clock), behaviour_(behaviour), admission_(behaviour) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;
  Reactor* ControllerGetCapabilities(Context* context,
                                     const csi::v1::ControllerGetCapabilitiesRequest* request,
                                     csi::v1::ControllerGetCapabilitiesResponse* reply) override;

  Reactor* CreateVolume(Context* context, const csi::v1::CreateVolumeRequest* request,
                        csi::v1::CreateVolumeResponse* reply) override;
  Reactor* DeleteVolume(Context* context, const csi::v1::DeleteVolumeRequest* request,
                        csi::v1::DeleteVolumeResponse* reply) override;
  Reactor* ValidateVolumeCapabilities(Context* context,
                                      const csi::v1::ValidateVolumeCapabilitiesRequest* request,
                                      csi::v1::ValidateVolumeCapabilitiesResponse* reply) override;
  Reactor* ListVolumes(Context* context, const csi::v1::ListVolumesRequest* request,
                       csi::v1::ListVolumesResponse* reply) override;
  Reactor* GetCapacity(Context* context, const csi::v1::GetCapacityRequest* request,
                       csi::v1::GetCapacityResponse* reply) override;

  Reactor* CreateSnapshot(Context* context, const csi::v1::CreateSnapshotRequest* request,
                          csi::v1::CreateSnapshotResponse* reply) override;
  Reactor* DeleteSnapshot(Context* context, const csi::v1::DeleteSnapshotRequest* request,
                          csi::v1::DeleteSnapshotResponse* reply) override;
  Reactor* GetSnapshot(Context* context, const csi::v1::GetSnapshotRequest* request,
                       csi::v1::GetSnapshotResponse* reply) override;
  Reactor* ListSnapshots(Context* context, const csi::v1::ListSnapshotsRequest* request,
                         csi::v1::ListSnapshotsResponse* reply) override;

 private:
  using Capability = csi::v1::ControllerServiceCapability::RPC::Type;

  Deed offered(Capability capability, Deed deed) const {
    return admission_.if_offered(csi::v1::ControllerServiceCapability::RPC::Type_Name(capability),
                                 std::move(deed));
  }
  Deed offered_to(const SecretsField& secrets, Capability capability, Deed deed) const {
    return offered(capability, admission_.if_trusted(secrets, std::move(deed)));
  }
  Moment moment() const { return Moment{clock_.wall_now(), behaviour_.ready_after}; }

  Desk& desk_;
  Store& store_;
  const base::Clock& clock_;
  const Behaviour& behaviour_;
  Admission admission_;
};

}  // namespace devcluster::driver
