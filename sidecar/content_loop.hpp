#pragma once

#include <functional>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "kube/api/collections.hpp"
#include "kube/api/objects.hpp"
#include "kube/cache/reflector.hpp"
#include "kube/cache/store.hpp"
#include "kube/cache/work_cache.hpp"
#include "kube/events/event_recorder.hpp"
#include "kube/queue/work_queue.hpp"
#include "sidecar/performer.hpp"
#include "sidecar/storage.hpp"
#include "sidecar/turnstile.hpp"
#include "snapshot/content_kind.hpp"

namespace sidecar {

class ContentLoopOptions {
 public:
  ContentLoopOptions() = default;

  snapshot::PlanOptions plan;
  std::string label_selector;  // which contents; empty: all of the driver's
  kube::BackoffOptions backoff;
  std::size_t workers = 10;
  std::chrono::nanoseconds resync_period{0};  // 0 or less: never
};

// The control loop for one kind of content of one driver: two reflectors fill the caches, news goes
// into the queue, the workers hand keys to the performer.
class ContentLoop {
 public:
  // All of it must outlive the loop.
  struct Parts {
    boost::asio::any_io_executor executor;
    base::Clock& clock;
    const base::Logger& log;
    kube::Objects& objects;
    kube::Collections& collections;
    Storage& storage;
    kube::EventRecorder& events;
    Turnstile& turnstile;
    std::function<bool()> may_act;                                 // see Performer::Parts
    std::function<std::optional<DriverTrouble>()> driver_trouble;  // the same
    std::function<void(base::ErrorKind)> on_retry =  // a failure that will be tried again
        [](base::ErrorKind) {};
    kube::QueueObserver* queue_observer = nullptr;
    kube::ReflectorSteps::Chance chance = {};  // empty: one of its own
  };
  ContentLoop(Parts parts, const snapshot::ContentKind& kind, ContentLoopOptions options);

  // Keeps the caches in step, until cancelled.
  boost::asio::awaitable<void> reflect();

  // Hands out keys, once the caches are filled, until cancelled; what is in hand is finished first.
  // May be run again.
  boost::asio::awaitable<void> work();

  // Whoever failed for want of the driver need not wait for its backoff.
  void look_again_at_all();

  const snapshot::ContentKind& kind() const { return kind_; }
  const kube::WorkCache& contents() const { return contents_; }
  const kube::WorkQueue& queue() const { return queue_; }
  bool synced() const { return content_reflector_.synced() && class_reflector_.synced(); }
  bool healthy() const { return content_reflector_.healthy() && class_reflector_.healthy(); }

 private:
  boost::asio::awaitable<void> resync();
  boost::asio::awaitable<kube::Outcome> handle(std::string key);
  std::optional<snapshot::SnapshotClass> find_class(std::string_view name) const;
  void class_changed(const std::string& name);
  kube::ReflectorOptions reflect(kube::Selection selection);
  kube::Selection select(std::string_view plural, std::string labels, std::string fields) const;

  Parts parts_;
  const snapshot::ContentKind& kind_;
  ContentLoopOptions options_;
  kube::WorkQueue queue_;
  kube::WorkCache contents_;
  kube::Store classes_;
  Performer performer_;
  kube::Reflector content_reflector_;
  kube::Reflector class_reflector_;
};

}  // namespace sidecar
