#pragma once

#include <map>
#include <string>
#include <vector>

#include "csi/snapshot_driver.hpp"
#include "tests/support/call_script.hpp"

namespace tests {

// The port csi::SnapshotDriver with a memory: the same name is the same snapshot, an unknown id
// counts as deleted. Calls are noted in `trace`. Methods of the script: "create", "delete", "find".
class ScriptedDriver final : public csi::SnapshotDriver, public CallScript {
 public:
  explicit ScriptedDriver(std::vector<std::string>& trace) : trace_(trace) {}

  void ready_after(int looks) { ready_after_ = looks; }  // the first look is the create itself

  void hold(std::string snapshot_id);  // one that nobody here asked for, ready

  // Snapshots that exist, by name.
  const std::map<std::string, csi::Snapshot>& snapshots() const { return snapshots_; }
  std::map<std::string, std::string> last_parameters;
  std::map<std::string, std::string> last_secrets;

  boost::asio::awaitable<base::Result<csi::Snapshot>> create_snapshot(
      csi::CreateSnapshotCall call) override;
  boost::asio::awaitable<base::Result<void>> delete_snapshot(std::string snapshot_id,
                                                             csi::Secrets secrets) override;
  boost::asio::awaitable<base::Result<csi::Snapshot>> find_snapshot(std::string snapshot_id,
                                                                    csi::Secrets secrets) override;

 private:
  csi::Snapshot& look(csi::Snapshot& snapshot);

  std::vector<std::string>& trace_;
  std::map<std::string, csi::Snapshot> snapshots_;
  std::map<std::string, int> looks_;
  int ready_after_ = 1;
  int next_id_ = 1;
};

}  // namespace tests
