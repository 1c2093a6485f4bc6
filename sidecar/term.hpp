#pragma once

#include <functional>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "csi/driver_wait.hpp"
#include "csi/group_snapshot_driver.hpp"
#include "csi/snapshot_driver.hpp"
#include "kube/api/collections.hpp"
#include "kube/api/objects.hpp"
#include "kube/events/event_recorder.hpp"
#include "sidecar/content_loop.hpp"
#include "sidecar/options.hpp"
#include "sidecar/storage.hpp"
#include "sidecar/turnstile.hpp"

namespace sidecar {

// The work for one driver, with the capabilities that it has: the loop for single snapshots, and
// the one for groups where the driver takes them.
//
// watch() and work() are two things, so that a replica that has lost the lease, or whose driver is
// away, keeps its caches warm and goes on at once.
class Term {
 public:
  // All of it must outlive the term.
  struct Parts {
    boost::asio::any_io_executor executor;
    base::Clock& clock;
    const base::Logger& log;
    kube::Objects& objects;
    kube::Collections& collections;
    csi::SnapshotDriver& driver;
    csi::GroupSnapshotDriver* groups;  // null: no groups
    kube::EventRecorder& events;
    std::function<bool()> may_act = [] { return true; };
    std::function<std::optional<DriverTrouble>()> driver_trouble = [] {
      return std::optional<DriverTrouble>();
    };
    std::function<void(base::ErrorKind)> on_retry = [](base::ErrorKind) {};
    kube::QueueObserver* content_queue = nullptr;
    kube::QueueObserver* group_content_queue = nullptr;
    // Returns when the API server serves groups; until then nobody looks for them.
    std::function<boost::asio::awaitable<void>()> wait_for_group_api =
        []() -> boost::asio::awaitable<void> { co_return; };
    // In [0, 1); spreads requests of many replicas over time. Empty: a source of the term's own.
    kube::ReflectorSteps::Chance chance = {};
  };
  Term(Parts parts, const Options& options, const csi::DriverIdentity& driver);

  // Keeps the caches in step until cancelled.
  boost::asio::awaitable<void> watch();

  // Works until cancelled; then takes nothing new, finishes what is in hand, and throws
  // operation_aborted. May be run again.
  boost::asio::awaitable<void> work();

  // The driver was away; what failed for want of it is looked at now.
  void driver_is_back();

  const ContentLoop& snapshots() const { return snapshots_; }
  // Null where there are no groups.
  const ContentLoop* groups() const { return groups_ ? &*groups_ : nullptr; }

 private:
  boost::asio::awaitable<void> watch_groups();
  ContentLoop::Parts loop_parts(Storage& storage, kube::QueueObserver* observer);

  Parts parts_;
  Turnstile turnstile_;
  SnapshotStorage storage_;
  std::optional<GroupStorage> group_storage_;
  ContentLoop snapshots_;
  std::optional<ContentLoop> groups_;
};

}  // namespace sidecar
