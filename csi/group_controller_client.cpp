#include "csi/group_controller_client.hpp"

#include <algorithm>

#include "csi-spec/csi.pb.h"
#include "csi/group_snapshot_reply.hpp"
#include "csi/lent_secrets.hpp"

namespace csi {
namespace {

namespace asio = boost::asio;
using base::Error;
using base::ErrorKind;

template <class Reply>
base::Result<GroupSnapshot> only_group(const Reply& reply) {
  if (!reply.has_group_snapshot())
    return Error(ErrorKind::malformed, "the driver's reply holds no group snapshot");
  return checked_group_snapshot(reply.group_snapshot());
}

// What a create answers must be of the volumes that were asked for. A driver may leave it out.
base::Result<GroupSnapshot> only_of(const std::vector<std::string>& volume_ids,
                                    base::Result<GroupSnapshot> group) {
  if (!group) return group;
  for (const Snapshot& member : group->members)
    if (!member.source_volume_id.empty() && std::find(volume_ids.begin(), volume_ids.end(),
                                                      member.source_volume_id) == volume_ids.end())
      return Error(ErrorKind::malformed,
                   "the driver reports a group snapshot \"" + group->group_snapshot_id +
                       "\" with snapshot \"" + member.snapshot_id + "\" of volume \"" +
                       member.source_volume_id + "\", which was not asked for");
  return group;
}

}  // namespace

asio::awaitable<base::Result<GroupControllerCapabilities>> group_controller_capabilities(
    Connection& connection) {
  using RPC = v1::GroupControllerServiceCapability::RPC;
  const v1::GroupControllerGetCapabilitiesRequest request;
  v1::GroupControllerGetCapabilitiesResponse reply;
  const base::Result<void> called =
      co_await connection.call("/csi.v1.GroupController/GroupControllerGetCapabilities", request,
                               reply, connection.deadline());
  GroupControllerCapabilities known;
  if (!called && called.error().kind() == ErrorKind::unimplemented) co_return known;
  if (!called) co_return called.error();
  for (const v1::GroupControllerServiceCapability& capability : reply.capabilities())
    if (capability.rpc().type() == RPC::CREATE_DELETE_GET_VOLUME_GROUP_SNAPSHOT)
      known.create_delete_get_group_snapshot = true;
  co_return known;
}

asio::awaitable<base::Result<GroupSnapshot>> GroupControllerClient::create_group_snapshot(
    CreateGroupSnapshotCall call) {
  v1::CreateVolumeGroupSnapshotRequest request;
  request.set_name(call.name);
  for (const std::string& id : call.source_volume_ids) request.add_source_volume_ids(id);
  for (const auto& [key, value] : call.parameters) (*request.mutable_parameters())[key] = value;
  const LentSecrets lent(call.secrets, *request.mutable_secrets());
  v1::CreateVolumeGroupSnapshotResponse reply;
  const base::Result<void> called = co_await connection_.call(
      "/csi.v1.GroupController/CreateVolumeGroupSnapshot", request, reply, connection_.deadline());
  if (!called) co_return called.error();
  base::Result<GroupSnapshot> group = only_of(call.source_volume_ids, only_group(reply));
  if (!group)
    co_return group.error().while_doing("CreateVolumeGroupSnapshot \"" + call.name + "\"");
  co_return group;
}

asio::awaitable<base::Result<void>> GroupControllerClient::delete_group_snapshot(
    std::string group_snapshot_id, std::vector<std::string> snapshot_ids, Secrets secrets) {
  v1::DeleteVolumeGroupSnapshotRequest request;
  request.set_group_snapshot_id(group_snapshot_id);
  for (const std::string& id : snapshot_ids) request.add_snapshot_ids(id);
  const LentSecrets lent(secrets, *request.mutable_secrets());
  v1::DeleteVolumeGroupSnapshotResponse reply;
  base::Result<void> called = co_await connection_.call(
      "/csi.v1.GroupController/DeleteVolumeGroupSnapshot", request, reply, connection_.deadline());
  if (!called && called.error().kind() == ErrorKind::not_found) called = base::Result<void>();
  co_return called;
}

asio::awaitable<base::Result<GroupSnapshot>> GroupControllerClient::find_group_snapshot(
    std::string group_snapshot_id, std::vector<std::string> snapshot_ids, Secrets secrets) {
  const std::string doing = "GetVolumeGroupSnapshot \"" + group_snapshot_id + "\"";
  v1::GetVolumeGroupSnapshotRequest request;
  request.set_group_snapshot_id(group_snapshot_id);
  for (const std::string& id : snapshot_ids) request.add_snapshot_ids(id);
  const LentSecrets lent(secrets, *request.mutable_secrets());
  v1::GetVolumeGroupSnapshotResponse reply;
  const base::Result<void> called = co_await connection_.call(
      "/csi.v1.GroupController/GetVolumeGroupSnapshot", request, reply, connection_.deadline());
  if (!called) co_return called.error();
  base::Result<GroupSnapshot> group = only_group(reply);
  if (!group) co_return group.error().while_doing(doing);
  if (group->group_snapshot_id != group_snapshot_id)
    co_return Error(ErrorKind::malformed, doing + ": the driver answers with group snapshot \"" +
                                              group->group_snapshot_id + "\"");
  co_return group;
}

}  // namespace csi
