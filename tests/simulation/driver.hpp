#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "csi/snapshot_driver.hpp"
#include "tests/simulation/world.hpp"

namespace simulation {

// The CSI driver beside one replica: it takes its time, fails, restarts, and works on the common
// storage. It stays when the replica dies; what it has begun it finishes.
class Driver {
 public:
  Driver(World& world, int replica) : world_(world), replica_(replica) {}

  template <class T>
  using Answer = std::function<void(base::Result<T>)>;  // called once

  void create(const csi::CreateSnapshotCall& call, Answer<csi::Snapshot> answer);
  void remove(const std::string& id, Answer<void> answer);
  void find(const std::string& id, Answer<csi::Snapshot> answer);

  // Who waits for an answer is told that nobody is there. What the storage was made to begin goes
  // on there or is given up.
  void restart();

 private:
  // A call whose answer is still owed.
  class Open {
   public:
    std::string what;
    std::function<void(base::Error)> fail;
    bool answered = false;
    bool reply_is_lost = false;
  };
  using OpenPtr = std::shared_ptr<Open>;

  OpenPtr open(std::string what, std::function<void(base::Error)> fail);
  bool turned_away(const OpenPtr& call, double rejects);
  std::chrono::nanoseconds work();
  bool given_up(std::uint64_t life);
  void fail(const OpenPtr& call, base::ErrorKind kind, std::string_view why);
  void fail_after(std::chrono::nanoseconds wait, const OpenPtr& call, base::ErrorKind kind,
                  std::string_view why);
  // Whether the answer still goes out.
  bool close(const OpenPtr& call);

  World& world_;
  int replica_;
  std::map<std::uint64_t, OpenPtr> open_;  // in the order in which they came
  std::uint64_t calls_ = 0;
  std::set<std::string> removing_;
  std::uint64_t life_ = 0;  // counts restarts
  base::Instant back_at_{};
};

}  // namespace simulation
