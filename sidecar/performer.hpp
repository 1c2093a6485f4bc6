#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <boost/asio/awaitable.hpp>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "csi/snapshot_driver.hpp"
#include "kube/api/objects.hpp"
#include "kube/cache/work_cache.hpp"
#include "kube/queue/outcome.hpp"
#include "snapshot/content_plan.hpp"

namespace sidecar {

// How a pass over one content ended, and for a failure why.
class PassResult {
 public:
  explicit PassResult(kube::Outcome outcome, std::string why = {})
      : outcome(outcome), why(std::move(why)) {}

  kube::Outcome outcome;
  std::string why;
};

// Carries out what snapshot::plan() decides, one action at a time, and feeds each reply back into
// the next decision. The only place that calls the driver and writes to contents.
class Performer {
 public:
  // All of it must outlive the performer and its passes.
  struct Parts {
    kube::Objects& api;
    csi::SnapshotDriver& driver;
    kube::WorkCache& contents;
    // The class of that name as the cache has it.
    std::function<std::optional<snapshot::SnapshotClass>(std::string_view name)> find_class;
    base::Clock& clock;
    const base::Logger& log;
  };
  Performer(Parts parts, snapshot::PlanOptions options);

  // One pass over the content of that name, until nothing is left to do now. Never two at once for
  // one name: the queue sees to that.
  boost::asio::awaitable<PassResult> reconcile(std::string name);

 private:
  PassResult result_of(const std::string& name, const snapshot::Action& last);

  Parts parts_;
  snapshot::PlanOptions options_;
  // Contents whose snapshot is cut and not ready, and since when we know. Only they are in here.
  std::unordered_map<std::string, base::Instant> waiting_since_;
};

}  // namespace sidecar
