#include "tests/support/scripted_driver.hpp"

#include <algorithm>

namespace tests {

namespace asio = boost::asio;

void ScriptedDriver::hold(std::string snapshot_id) {
  csi::Snapshot& snapshot = snapshots_["of somebody else: " + snapshot_id];
  snapshot.snapshot_id = std::move(snapshot_id);
  snapshot.size_bytes = 1000;
  snapshot.creation_time_ns = 5;
}

csi::Snapshot& ScriptedDriver::look(csi::Snapshot& snapshot) {
  snapshot.ready_to_use = ++looks_[snapshot.snapshot_id] >= ready_after_;
  return snapshot;
}

asio::awaitable<base::Result<csi::Snapshot>> ScriptedDriver::create_snapshot(
    csi::CreateSnapshotCall call) {
  trace_.push_back("CreateSnapshot " + call.name);
  last_parameters = call.parameters;
  last_secrets = call.secrets.values();
  if (const auto fault = begin("create")) co_return *fault;
  auto [entry, is_new] = snapshots_.try_emplace(call.name);
  if (is_new) {
    entry->second.snapshot_id = "s-" + std::to_string(next_id_++);
    entry->second.source_volume_id = call.source_volume_id;
    entry->second.size_bytes = 1000;
    entry->second.creation_time_ns = 5;
  }
  const csi::Snapshot answer = look(entry->second);
  if (const auto fault = lost("create")) co_return *fault;
  co_return answer;
}

asio::awaitable<base::Result<void>> ScriptedDriver::delete_snapshot(std::string snapshot_id,
                                                                    csi::Secrets secrets) {
  trace_.push_back("DeleteSnapshot " + snapshot_id);
  last_secrets = secrets.values();
  if (const auto fault = begin("delete")) co_return *fault;
  std::erase_if(snapshots_,
                [&](const auto& entry) { return entry.second.snapshot_id == snapshot_id; });
  if (const auto fault = lost("delete")) co_return *fault;
  co_return base::Result<void>();
}

asio::awaitable<base::Result<csi::Snapshot>> ScriptedDriver::find_snapshot(std::string snapshot_id,
                                                                           csi::Secrets) {
  trace_.push_back("GetSnapshot " + snapshot_id);
  if (const auto fault = begin("find")) co_return *fault;
  const auto found = std::find_if(snapshots_.begin(), snapshots_.end(), [&](const auto& entry) {
    return entry.second.snapshot_id == snapshot_id;
  });
  if (found == snapshots_.end())
    co_return base::Error(base::ErrorKind::not_found, "no snapshot " + snapshot_id);
  const csi::Snapshot answer = look(found->second);
  co_return answer;
}

}  // namespace tests
