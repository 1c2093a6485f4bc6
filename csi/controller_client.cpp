#include "csi/controller_client.hpp"

#include <set>

#include "csi-spec/csi.pb.h"
#include "csi/lent_secrets.hpp"
#include "csi/snapshot_reply.hpp"

namespace csi {
namespace {

namespace asio = boost::asio;
using base::Error;
using base::ErrorKind;

template <class Reply>
base::Result<Snapshot> only_snapshot(const Reply& reply) {
  if (!reply.has_snapshot())
    return Error(ErrorKind::malformed, "the driver's reply holds no snapshot");
  return checked_snapshot(reply.snapshot());
}

Error no_such_snapshot(const std::string& snapshot_id) {
  return Error(ErrorKind::not_found, "the driver knows no snapshot \"" + snapshot_id + "\"");
}

// The entry with that id, checked; or null where the page does not have it. Entries of other
// snapshots are none of our business, whatever is wrong with them.
const v1::Snapshot* entry_with(const std::string& snapshot_id,
                               const v1::ListSnapshotsResponse& page) {
  for (const v1::ListSnapshotsResponse::Entry& entry : page.entries())
    if (entry.snapshot().snapshot_id() == snapshot_id) return &entry.snapshot();
  return nullptr;
}

void learn(ControllerCapabilities& known, const v1::ControllerServiceCapability& capability) {
  using RPC = v1::ControllerServiceCapability::RPC;
  if (!capability.has_rpc()) return;
  if (capability.rpc().type() == RPC::CREATE_DELETE_SNAPSHOT) known.create_delete_snapshot = true;
  if (capability.rpc().type() == RPC::LIST_SNAPSHOTS) known.list_snapshots = true;
  if (capability.rpc().type() == RPC::GET_SNAPSHOT) known.get_snapshot = true;
}

}  // namespace

asio::awaitable<base::Result<ControllerCapabilities>> controller_capabilities(
    Connection& connection) {
  const v1::ControllerGetCapabilitiesRequest request;
  v1::ControllerGetCapabilitiesResponse reply;
  const base::Result<void> called = co_await connection.call(
      "/csi.v1.Controller/ControllerGetCapabilities", request, reply, connection.deadline());
  if (!called) co_return called.error();
  ControllerCapabilities known;
  for (const v1::ControllerServiceCapability& capability : reply.capabilities())
    learn(known, capability);
  co_return known;
}

asio::awaitable<base::Result<Snapshot>> ControllerClient::create_snapshot(CreateSnapshotCall call) {
  v1::CreateSnapshotRequest request;
  request.set_source_volume_id(call.source_volume_id);
  request.set_name(call.name);
  for (const auto& [key, value] : call.parameters) (*request.mutable_parameters())[key] = value;
  const LentSecrets lent(call.secrets, *request.mutable_secrets());
  v1::CreateSnapshotResponse reply;
  const base::Result<void> called = co_await connection_.call(
      "/csi.v1.Controller/CreateSnapshot", request, reply, connection_.deadline());
  if (!called) co_return called.error();
  base::Result<Snapshot> snapshot = only_snapshot(reply);
  if (!snapshot)
    co_return snapshot.error().while_doing("CreateSnapshot \"" + call.name + "\" of volume \"" +
                                           call.source_volume_id + "\"");
  co_return snapshot;
}

asio::awaitable<base::Result<void>> ControllerClient::delete_snapshot(std::string snapshot_id,
                                                                      Secrets secrets) {
  v1::DeleteSnapshotRequest request;
  request.set_snapshot_id(snapshot_id);
  const LentSecrets lent(secrets, *request.mutable_secrets());
  v1::DeleteSnapshotResponse reply;
  base::Result<void> called = co_await connection_.call("/csi.v1.Controller/DeleteSnapshot",
                                                        request, reply, connection_.deadline());
  if (!called && called.error().kind() == ErrorKind::not_found) called = base::Result<void>();
  co_return called;
}

asio::awaitable<base::Result<Snapshot>> ControllerClient::find_snapshot(std::string snapshot_id,
                                                                        Secrets secrets) {
  if (capabilities_.get_snapshot)
    co_return co_await get(std::move(snapshot_id), std::move(secrets));
  if (capabilities_.list_snapshots)
    co_return co_await find_in_list(std::move(snapshot_id), std::move(secrets));
  co_return Error(ErrorKind::unimplemented,
                  "the driver can look up no snapshot: it has neither GET_SNAPSHOT nor "
                  "LIST_SNAPSHOTS");
}

asio::awaitable<base::Result<Snapshot>> ControllerClient::get(std::string snapshot_id,
                                                              Secrets secrets) {
  v1::GetSnapshotRequest request;
  request.set_snapshot_id(snapshot_id);
  const LentSecrets lent(secrets, *request.mutable_secrets());
  v1::GetSnapshotResponse reply;
  const base::Result<void> called = co_await connection_.call(
      "/csi.v1.Controller/GetSnapshot", request, reply, connection_.deadline());
  if (!called) co_return called.error();
  base::Result<Snapshot> snapshot = only_snapshot(reply);
  if (!snapshot) co_return snapshot.error().while_doing("GetSnapshot \"" + snapshot_id + "\"");
  if (snapshot->snapshot_id != snapshot_id)
    co_return Error(ErrorKind::malformed, "GetSnapshot \"" + snapshot_id +
                                              "\": the driver answers with snapshot \"" +
                                              snapshot->snapshot_id + "\"");
  co_return snapshot;
}

// The filter should leave one entry at most, but some drivers ignore it and send all they have.
asio::awaitable<base::Result<Snapshot>> ControllerClient::find_in_list(std::string snapshot_id,
                                                                       Secrets secrets) {
  const std::string doing = "ListSnapshots of \"" + snapshot_id + "\"";
  const base::Instant deadline = connection_.deadline();
  v1::ListSnapshotsRequest request;
  request.set_snapshot_id(snapshot_id);
  const LentSecrets lent(secrets, *request.mutable_secrets());
  std::set<std::string> tokens;
  for (;;) {
    v1::ListSnapshotsResponse page;
    const base::Result<void> called =
        co_await connection_.call("/csi.v1.Controller/ListSnapshots", request, page, deadline);
    if (!called) co_return called.error();
    if (const v1::Snapshot* entry = entry_with(snapshot_id, page)) {
      base::Result<Snapshot> snapshot = checked_snapshot(*entry);
      if (!snapshot) co_return snapshot.error().while_doing(doing);
      co_return snapshot;
    }
    if (page.next_token().empty()) co_return no_such_snapshot(snapshot_id);
    if (!tokens.insert(page.next_token()).second)
      co_return Error(ErrorKind::malformed, doing +
                                                ": the driver's pages go round in circles, "
                                                "next_token \"" +
                                                page.next_token() + "\" came twice");
    request.set_starting_token(page.next_token());
  }
}

}  // namespace csi
