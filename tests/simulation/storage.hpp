#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/clock.hpp"
#include "csi/snapshot_driver.hpp"

namespace simulation {

// The storage behind all drivers: what is really there. One name is one snapshot, and at most one
// create for a name is at work.
class Storage {
 public:
  struct Snapshot {
    std::string id;
    std::string name;  // empty: made by somebody else, for a pre-provisioned content
    std::string volume;
    std::int64_t size = 0;
    std::optional<std::int64_t> creation_time_ns;
    base::Instant ready_at;
  };

  void begin(const std::string& name) { at_work_.insert(name); }
  void give_up(const std::string& name) { at_work_.erase(name); }
  bool at_work(const std::string& name) const { return at_work_.count(name) > 0; }

  // Ends what begin() began. The id is made here, a new one each time.
  void put(Snapshot snapshot);
  void remove(const std::string& id) { by_id_.erase(id); }

  const Snapshot* with_id(const std::string& id) const;
  const Snapshot* named(const std::string& name) const;
  const std::map<std::string, Snapshot>& all() const { return by_id_; }

 private:
  std::map<std::string, Snapshot> by_id_;
  std::set<std::string> at_work_;
  int ids_ = 0;
};

csi::Snapshot as_reported(const Storage::Snapshot& snapshot, base::Instant now);

}  // namespace simulation
