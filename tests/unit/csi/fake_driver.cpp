#include "tests/unit/csi/fake_driver.hpp"

#include <chrono>
#include <stdexcept>

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/pchars.hpp>

#include "csi-spec/csi.grpc.pb.h"

namespace tests {
namespace {

constexpr int hang_code = -1;

// Answers when the client has given up, which only gRPC can tell.
class Hanging final : public grpc::ServerUnaryReactor {
 public:
  void OnCancel() override { Finish(grpc::Status::CANCELLED); }
  void OnDone() override { delete this; }
};

template <class Request, class Reply>
grpc::ServerUnaryReactor* reply_with(const FakeDriver::Answer<Request, Reply>& answer,
                                     grpc::CallbackServerContext* context, const Request* request,
                                     Reply* reply) {
  const grpc::Status status =
      answer ? answer(*request, *reply) : grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "not told");
  if (status.error_code() == hang_code) return new Hanging;
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(status);
  return reactor;
}

}  // namespace

namespace v1 = csi::v1;
using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

class FakeDriver::Services : public v1::Identity::CallbackService,
                             public v1::Controller::CallbackService,
                             public v1::GroupController::CallbackService {
 public:
  explicit Services(FakeDriver& driver) : driver_(driver) {}

  template <class Request, class Reply>
  Reactor* reply_with(const Answer<Request, Reply>& answer, Context* context,
                      const Request* request, Reply* reply) {
    ++driver_.calls_;
    return tests::reply_with(answer, context, request, reply);
  }

  Reactor* GetPluginInfo(Context* context, const v1::GetPluginInfoRequest* request,
                         v1::GetPluginInfoResponse* reply) override {
    return reply_with(driver_.info, context, request, reply);
  }
  Reactor* Probe(Context* context, const v1::ProbeRequest* request,
                 v1::ProbeResponse* reply) override {
    return reply_with(driver_.probe, context, request, reply);
  }
  Reactor* ControllerGetCapabilities(Context* context,
                                     const v1::ControllerGetCapabilitiesRequest* request,
                                     v1::ControllerGetCapabilitiesResponse* reply) override {
    return reply_with(driver_.capabilities, context, request, reply);
  }
  Reactor* CreateSnapshot(Context* context, const v1::CreateSnapshotRequest* request,
                          v1::CreateSnapshotResponse* reply) override {
    return reply_with(driver_.create, context, request, reply);
  }
  Reactor* DeleteSnapshot(Context* context, const v1::DeleteSnapshotRequest* request,
                          v1::DeleteSnapshotResponse* reply) override {
    return reply_with(driver_.remove, context, request, reply);
  }
  Reactor* ListSnapshots(Context* context, const v1::ListSnapshotsRequest* request,
                         v1::ListSnapshotsResponse* reply) override {
    return reply_with(driver_.list, context, request, reply);
  }
  Reactor* GetSnapshot(Context* context, const v1::GetSnapshotRequest* request,
                       v1::GetSnapshotResponse* reply) override {
    return reply_with(driver_.get, context, request, reply);
  }

  Reactor* GroupControllerGetCapabilities(
      Context* context, const v1::GroupControllerGetCapabilitiesRequest* request,
      v1::GroupControllerGetCapabilitiesResponse* reply) override {
    return reply_with(driver_.group_capabilities, context, request, reply);
  }
  Reactor* CreateVolumeGroupSnapshot(Context* context,
                                     const v1::CreateVolumeGroupSnapshotRequest* request,
                                     v1::CreateVolumeGroupSnapshotResponse* reply) override {
    return reply_with(driver_.create_group, context, request, reply);
  }
  Reactor* DeleteVolumeGroupSnapshot(Context* context,
                                     const v1::DeleteVolumeGroupSnapshotRequest* request,
                                     v1::DeleteVolumeGroupSnapshotResponse* reply) override {
    return reply_with(driver_.remove_group, context, request, reply);
  }
  Reactor* GetVolumeGroupSnapshot(Context* context,
                                  const v1::GetVolumeGroupSnapshotRequest* request,
                                  v1::GetVolumeGroupSnapshotResponse* reply) override {
    return reply_with(driver_.get_group, context, request, reply);
  }

  void listen(const std::string& socket_path) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("unix:" + boost::urls::encode(socket_path, boost::urls::pchars + '/'),
                             grpc::InsecureServerCredentials());
    builder.RegisterService(static_cast<v1::Identity::CallbackService*>(this));
    builder.RegisterService(static_cast<v1::Controller::CallbackService*>(this));
    if (driver_.with_groups)
      builder.RegisterService(static_cast<v1::GroupController::CallbackService*>(this));
    server_ = builder.BuildAndStart();
    if (!server_) throw std::runtime_error("the fake driver cannot listen on " + socket_path);
  }
  void stop() {
    if (!server_) return;
    server_->Shutdown(std::chrono::system_clock::now());
    server_.reset();
  }

 private:
  FakeDriver& driver_;
  std::unique_ptr<grpc::Server> server_;
};

grpc::Status FakeDriver::hang() {
  return grpc::Status(static_cast<grpc::StatusCode>(hang_code), "");
}

FakeDriver::FakeDriver() : services_(std::make_unique<Services>(*this)) {}
FakeDriver::~FakeDriver() {
  stop();
}
void FakeDriver::listen(const std::string& socket_path) {
  services_->listen(socket_path);
}
void FakeDriver::stop() {
  services_->stop();
}

}  // namespace tests
