#include "devcluster/driver/identity_service.hpp"

namespace devcluster::driver {

namespace v1 = csi::v1;
using Reactor = IdentityService::Reactor;

Reactor* IdentityService::GetPluginInfo(Context* context, const v1::GetPluginInfoRequest*,
                                        v1::GetPluginInfoResponse* reply) {
  return desk_.submit(*context, Task{"GetPluginInfo", "", "", [this, reply] {
                                       reply->set_name(name_);
                                       reply->set_vendor_version("1");
                                       return grpc::Status::OK;
                                     }});
}

Reactor* IdentityService::GetPluginCapabilities(Context* context,
                                                const v1::GetPluginCapabilitiesRequest*,
                                                v1::GetPluginCapabilitiesResponse* reply) {
  using Service = v1::PluginCapability::Service;
  return desk_.submit(
      *context,
      Task{"GetPluginCapabilities", "", "", [this, reply] {
             reply->add_capabilities()->mutable_service()->set_type(Service::CONTROLLER_SERVICE);
             if (admission_.offers("CREATE_DELETE_GET_VOLUME_GROUP_SNAPSHOT"))
               reply->add_capabilities()->mutable_service()->set_type(
                   Service::GROUP_CONTROLLER_SERVICE);
             return grpc::Status::OK;
           }});
}

Reactor* IdentityService::Probe(Context* context, const v1::ProbeRequest*,
                                v1::ProbeResponse* reply) {
  return desk_.submit(*context, Task{"Probe", "", "", [reply] {
                                       reply->mutable_ready()->set_value(true);
                                       return grpc::Status::OK;
                                     }});
}

}  // namespace devcluster::driver
