#include "devcluster/demo/volume_command.hpp"

#include <chrono>
#include <cstdio>

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include "base/flags.hpp"
#include "csi-spec/csi.grpc.pb.h"

namespace devcluster::demo {
namespace {

constexpr int exit_usage = 2;

int refuse(const std::string& why, int status) {
  std::fprintf(stderr, "devcluster volume: %s\n", why.c_str());
  return status;
}

csi::v1::CreateVolumeRequest request_for(const std::string& name) {
  csi::v1::CreateVolumeRequest request;
  request.set_name(name);
  request.mutable_capacity_range()->set_required_bytes(1 << 20);
  csi::v1::VolumeCapability* capability = request.add_volume_capabilities();
  capability->mutable_mount();
  capability->mutable_access_mode()->set_mode(
      csi::v1::VolumeCapability::AccessMode::SINGLE_NODE_WRITER);
  return request;
}

int create(const std::string& endpoint, const std::string& name) {
  const auto channel = grpc::CreateChannel(endpoint, grpc::InsecureChannelCredentials());
  const auto controller = csi::v1::Controller::NewStub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  csi::v1::CreateVolumeResponse reply;
  const grpc::Status status = controller->CreateVolume(&context, request_for(name), &reply);
  if (!status.ok()) return refuse("create " + name + ": " + status.error_message(), 1);
  std::printf("%s\n", reply.volume().volume_id().c_str());
  return 0;
}

}  // namespace

int run_volume(const std::vector<std::string>& words) {
  // The verb and the name stand before the flags, as kubectl has it.
  if (words.size() < 2 || words[0] != "create")
    return refuse("usage: devcluster volume create NAME --endpoint=unix:///path", exit_usage);
  std::string endpoint = "unix:///run/csi/socket";
  base::Flags flags("devcluster volume create");
  flags.add("endpoint", &endpoint, "The driver's socket, as unix:///path.");
  const auto parsed = flags.parse({words.begin() + 2, words.end()});
  if (!parsed) return refuse(parsed.error().text() + "\n" + flags.usage(), exit_usage);
  if (parsed->help) return refuse(flags.usage(), 0);
  return create(endpoint, words[1]);
}

}  // namespace devcluster::demo
