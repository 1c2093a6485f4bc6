#include "tests/support/scripted_group_driver.hpp"

#include <algorithm>

namespace tests {
namespace {

namespace asio = boost::asio;

// Group g-1 of vol-1 and vol-2 has the members g-1-1 and g-1-2.
csi::GroupSnapshot new_group(const std::string& id, const std::vector<std::string>& volume_ids) {
  csi::GroupSnapshot group;
  group.group_snapshot_id = id;
  group.creation_time_ns = 5;
  for (const std::string& volume_id : volume_ids) {
    csi::Snapshot& member = group.members.emplace_back();
    member.snapshot_id = id + "-" + std::to_string(group.members.size());
    member.source_volume_id = volume_id;
    member.size_bytes = 1000;
    member.creation_time_ns = 5;
    member.group_snapshot_id = id;
  }
  return group;
}

}  // namespace

csi::GroupSnapshot& ScriptedGroupDriver::look(csi::GroupSnapshot& group) {
  group.ready_to_use = ++looks_[group.group_snapshot_id] >= ready_after_;
  for (csi::Snapshot& member : group.members) member.ready_to_use = group.ready_to_use;
  return group;
}

asio::awaitable<base::Result<csi::GroupSnapshot>> ScriptedGroupDriver::create_group_snapshot(
    csi::CreateGroupSnapshotCall call) {
  trace_.push_back("CreateVolumeGroupSnapshot " + call.name);
  last_parameters = call.parameters;
  last_secrets = call.secrets.values();
  if (const auto fault = begin("create")) co_return *fault;
  auto [entry, is_new] = groups_.try_emplace(call.name);
  if (is_new) entry->second = new_group("g-" + std::to_string(next_id_++), call.source_volume_ids);
  const csi::GroupSnapshot answer = look(entry->second);
  if (const auto fault = lost("create")) co_return *fault;
  co_return answer;
}

asio::awaitable<base::Result<void>> ScriptedGroupDriver::delete_group_snapshot(
    std::string group_snapshot_id, std::vector<std::string> snapshot_ids, csi::Secrets secrets) {
  trace_.push_back("DeleteVolumeGroupSnapshot " + group_snapshot_id);
  last_snapshot_ids = snapshot_ids;
  last_secrets = secrets.values();
  if (const auto fault = begin("delete")) co_return *fault;
  std::erase_if(groups_, [&](const auto& entry) {
    return entry.second.group_snapshot_id == group_snapshot_id;
  });
  if (const auto fault = lost("delete")) co_return *fault;
  co_return base::Result<void>();
}

asio::awaitable<base::Result<csi::GroupSnapshot>> ScriptedGroupDriver::find_group_snapshot(
    std::string group_snapshot_id, std::vector<std::string> snapshot_ids, csi::Secrets secrets) {
  trace_.push_back("GetVolumeGroupSnapshot " + group_snapshot_id);
  last_snapshot_ids = snapshot_ids;
  last_secrets = secrets.values();
  if (const auto fault = begin("find")) co_return *fault;
  const auto found = std::find_if(groups_.begin(), groups_.end(), [&](const auto& entry) {
    return entry.second.group_snapshot_id == group_snapshot_id;
  });
  if (found == groups_.end())
    co_return base::Error(base::ErrorKind::not_found, "no group snapshot " + group_snapshot_id);
  const csi::GroupSnapshot answer = look(found->second);
  if (const auto fault = lost("find")) co_return *fault;
  co_return answer;
}

}  // namespace tests
