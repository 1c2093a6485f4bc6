#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <boost/asio/awaitable.hpp>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "kube/api/objects.hpp"
#include "kube/cache/work_cache.hpp"
#include "kube/events/event_recorder.hpp"
#include "kube/queue/outcome.hpp"
#include "sidecar/storage.hpp"
#include "sidecar/turnstile.hpp"
#include "snapshot/content_kind.hpp"
#include "snapshot/content_plan.hpp"

namespace sidecar {

// How a pass over one content ended, and for a failure why.
class PassResult {
 public:
  explicit PassResult(kube::Outcome outcome, std::string why = {})
      : outcome(outcome), why(std::move(why)) {}

  kube::Outcome outcome;
  std::string why;
  // What kind of error it was that will be tried again; absent where nothing failed, or where the
  // content itself is wrong.
  std::optional<base::ErrorKind> code;
};

// The driver cannot be asked, so nothing is begun. At first a content just waits, for a restart is
// soon over; when it lasts, each says what it waits for.
class DriverTrouble {
 public:
  DriverTrouble(std::string why, bool lasting) : why(std::move(why)), lasting(lasting) {}

  std::string why;
  bool lasting;
};

// Carries out what snapshot::plan() decides, one action at a time, and feeds each reply back into
// the next decision. The only place that calls the driver and writes to contents. One for each kind
// of content.
class Performer {
 public:
  // All of it must outlive the performer and its passes.
  struct Parts {
    const snapshot::ContentKind& kind;
    kube::Objects& api;
    Storage& storage;
    kube::WorkCache& contents;
    // The class of that name as the cache has it.
    std::function<std::optional<snapshot::SnapshotClass>(std::string_view name)> find_class;
    kube::EventRecorder& events;
    Turnstile& turnstile;  // of all kinds together: they share volumes
    // A content that had to wait for others may go on: its key belongs into the queue.
    std::function<void(const std::string& name)> wake;
    // Asked before each write and each call: not while another replica may be leading.
    std::function<bool()> may_act;
    std::function<std::optional<DriverTrouble>()> driver_trouble;
    base::Clock& clock;
    const base::Logger& log;
  };
  Performer(Parts parts, snapshot::PlanOptions options);

  // One pass over the content of that name, until nothing is left to do now. Never two at once for
  // one name: the queue sees to that.
  boost::asio::awaitable<PassResult> reconcile(std::string name);

 private:
  boost::asio::awaitable<PassResult> pass_over(kube::WorkCache::Object object);
  PassResult result_of(const std::string& name, const snapshot::Action& last);

  Parts parts_;
  snapshot::PlanOptions options_;
  // Contents whose snapshot is cut and not ready, and since when we know. Only they are in here.
  std::unordered_map<std::string, base::Instant> waiting_since_;
};

}  // namespace sidecar
