#pragma once

#include <map>
#include <string>
#include <vector>

#include "csi/group_snapshot_driver.hpp"
#include "tests/support/call_script.hpp"

namespace tests {

// The port csi::GroupSnapshotDriver with a memory: the same name is the same group, an unknown id
// counts as deleted. Calls are noted in `trace`. Methods of the script: "create", "delete", "find".
class ScriptedGroupDriver final : public csi::GroupSnapshotDriver, public CallScript {
 public:
  explicit ScriptedGroupDriver(std::vector<std::string>& trace) : trace_(trace) {}

  void ready_after(int looks) { ready_after_ = looks; }  // the first look is the create itself

  // Groups that exist, by name.
  const std::map<std::string, csi::GroupSnapshot>& groups() const { return groups_; }
  std::map<std::string, std::string> last_parameters;
  std::map<std::string, std::string> last_secrets;
  std::vector<std::string> last_snapshot_ids;

  boost::asio::awaitable<base::Result<csi::GroupSnapshot>> create_group_snapshot(
      csi::CreateGroupSnapshotCall call) override;
  boost::asio::awaitable<base::Result<void>> delete_group_snapshot(
      std::string group_snapshot_id, std::vector<std::string> snapshot_ids,
      csi::Secrets secrets) override;
  boost::asio::awaitable<base::Result<csi::GroupSnapshot>> find_group_snapshot(
      std::string group_snapshot_id, std::vector<std::string> snapshot_ids,
      csi::Secrets secrets) override;

 private:
  csi::GroupSnapshot& look(csi::GroupSnapshot& group);

  std::vector<std::string>& trace_;
  std::map<std::string, csi::GroupSnapshot> groups_;
  std::map<std::string, int> looks_;
  int ready_after_ = 1;
  int next_id_ = 1;
};

}  // namespace tests
