#pragma once

#include "base/clock.hpp"
#include "csi-spec/csi.grpc.pb.h"
#include "devcluster/driver/admission.hpp"
#include "devcluster/driver/behaviour.hpp"
#include "devcluster/driver/desk.hpp"
#include "devcluster/driver/snapshot_calls.hpp"
#include "devcluster/driver/store.hpp"

namespace devcluster::driver {

// Carries each call about groups to the desk. What a call does is in group_calls.hpp.
class GroupControllerService final : public csi::v1::GroupController::CallbackService {
 public:
  // All must outlive the server.
  GroupControllerService(Desk& desk, Store& store, const base::Clock& clock,
                         const Behaviour& behaviour)
      : desk_(desk), store_(store), clock_(clock), behaviour_(behaviour), admission_(behaviour) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;
  Reactor* GroupControllerGetCapabilities(
      Context* context, const csi::v1::GroupControllerGetCapabilitiesRequest* request,
      csi::v1::GroupControllerGetCapabilitiesResponse* reply) override;
  Reactor* CreateVolumeGroupSnapshot(Context* context,
                                     const csi::v1::CreateVolumeGroupSnapshotRequest* request,
                                     csi::v1::CreateVolumeGroupSnapshotResponse* reply) override;
  Reactor* DeleteVolumeGroupSnapshot(Context* context,
                                     const csi::v1::DeleteVolumeGroupSnapshotRequest* request,
                                     csi::v1::DeleteVolumeGroupSnapshotResponse* reply) override;
  Reactor* GetVolumeGroupSnapshot(Context* context,
                                  const csi::v1::GetVolumeGroupSnapshotRequest* request,
                                  csi::v1::GetVolumeGroupSnapshotResponse* reply) override;

 private:
  Deed offered_to(const SecretsField& secrets, Deed deed) const;
  Moment moment() const { return Moment{clock_.wall_now(), behaviour_.ready_after}; }

  Desk& desk_;
  Store& store_;
  const base::Clock& clock_;
  const Behaviour& behaviour_;
  Admission admission_;
};

}  // namespace devcluster::driver
