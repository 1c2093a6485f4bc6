#pragma once

#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "base/clock.hpp"
#include "base/concerns.hpp"
#include "base/log.hpp"
#include "csi/driver_wait.hpp"
#include "csi/snapshot_driver.hpp"
#include "kube/api/collections.hpp"
#include "kube/api/objects.hpp"
#include "kube/cache/reflector.hpp"
#include "kube/cache/store.hpp"
#include "kube/cache/work_cache.hpp"
#include "kube/queue/work_queue.hpp"
#include "sidecar/options.hpp"
#include "sidecar/performer.hpp"

namespace sidecar {

// The work for one driver: two reflectors fill the caches, news goes into the queue, the workers
// hand keys to the performer. From "we are to work" until "stop".
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
    // In [0, 1); spreads requests of many replicas over time. Empty: a source of the term's own.
    kube::ReflectorSteps::Chance chance = {};
  };
  Term(Parts parts, const Options& options, const csi::DriverIdentity& driver);

  // Works until stop(), then finishes what is in hand and returns.
  boost::asio::awaitable<void> run();

  // Takes nothing new from now on.
  void stop();

 private:
  boost::asio::awaitable<void> work();
  boost::asio::awaitable<void> resync();
  boost::asio::awaitable<kube::Outcome> handle(std::string key);
  std::optional<snapshot::SnapshotClass> find_class(std::string_view name) const;
  void class_changed(const std::string& name);
  kube::ReflectorOptions reflect(kube::Selection selection);

  Parts parts_;
  Options options_;
  std::string driver_name_;
  kube::WorkQueue queue_;
  kube::WorkCache contents_;
  kube::Store classes_;
  Performer performer_;
  kube::Reflector content_reflector_;
  kube::Reflector class_reflector_;
  std::optional<base::Concerns> concerns_;  // while run() runs
  bool working_ = false;                    // keys are handed out
  bool stopping_ = false;
};

}  // namespace sidecar
