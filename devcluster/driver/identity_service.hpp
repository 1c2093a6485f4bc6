#pragma once

#include <string>

#include "csi-spec/csi.grpc.pb.h"
#include "devcluster/driver/admission.hpp"
#include "devcluster/driver/desk.hpp"

namespace devcluster::driver {

// Who the driver is. Always ready; Faults can make it seem otherwise.
class IdentityService final : public csi::v1::Identity::CallbackService {
 public:
  // Desk and behaviour must outlive the server.
  IdentityService(Desk& desk, std::string name, const Behaviour& behaviour)
      : desk_(desk), name_(std::move(name)), admission_(behaviour) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;
  Reactor* GetPluginInfo(Context* context, const csi::v1::GetPluginInfoRequest* request,
                         csi::v1::GetPluginInfoResponse* reply) override;
  Reactor* GetPluginCapabilities(Context* context,
                                 const csi::v1::GetPluginCapabilitiesRequest* request,
                                 csi::v1::GetPluginCapabilitiesResponse* reply) override;
  Reactor* Probe(Context* context, const csi::v1::ProbeRequest* request,
                 csi::v1::ProbeResponse* reply) override;

 private:
  Desk& desk_;
  std::string name_;
  Admission admission_;
};

}  // namespace devcluster::driver
