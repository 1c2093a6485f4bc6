#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include <grpcpp/support/status.h>

#include "csi-spec/csi.pb.h"

namespace tests {

// A CSI driver that answers as told. A method without an answer is unimplemented; one that says
// hang() is never answered, until the client gives up. Answers are given on gRPC's threads. It can
// stop and listen again.
class FakeDriver {
 public:
  template <class Request, class Reply>
  using Answer = std::function<grpc::Status(const Request&, Reply&)>;
  static grpc::Status hang();

  Answer<csi::v1::GetPluginInfoRequest, csi::v1::GetPluginInfoResponse> info;
  Answer<csi::v1::ProbeRequest, csi::v1::ProbeResponse> probe;
  Answer<csi::v1::ControllerGetCapabilitiesRequest, csi::v1::ControllerGetCapabilitiesResponse>
      capabilities;
  Answer<csi::v1::CreateSnapshotRequest, csi::v1::CreateSnapshotResponse> create;
  Answer<csi::v1::DeleteSnapshotRequest, csi::v1::DeleteSnapshotResponse> remove;
  Answer<csi::v1::ListSnapshotsRequest, csi::v1::ListSnapshotsResponse> list;
  Answer<csi::v1::GetSnapshotRequest, csi::v1::GetSnapshotResponse> get;
  Answer<csi::v1::GroupControllerGetCapabilitiesRequest,
         csi::v1::GroupControllerGetCapabilitiesResponse>
      group_capabilities;
  Answer<csi::v1::CreateVolumeGroupSnapshotRequest, csi::v1::CreateVolumeGroupSnapshotResponse>
      create_group;
  Answer<csi::v1::DeleteVolumeGroupSnapshotRequest, csi::v1::DeleteVolumeGroupSnapshotResponse>
      remove_group;
  Answer<csi::v1::GetVolumeGroupSnapshotRequest, csi::v1::GetVolumeGroupSnapshotResponse> get_group;

  bool with_groups = true;  // whether there is a GroupController service at all

  FakeDriver();
  ~FakeDriver();
  void listen(const std::string& socket_path);
  void stop();
  // How many calls have come in so far, of whatever method.
  int calls() const { return calls_; }

 private:
  class Services;
  std::unique_ptr<Services> services_;
  std::atomic<int> calls_ = 0;
};

}  // namespace tests
