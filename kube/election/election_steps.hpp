#pragma once

#include <functional>
#include <optional>
#include <string>

#include <boost/json/value.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "kube/election/election_options.hpp"
#include "kube/election/lease_record.hpp"

namespace kube {

// Both clocks at one time: one to measure with, one for what the Lease tells people.
class Moment {
 public:
  Moment(base::Instant steady, base::WallTime wall) : steady(steady), wall(wall) {}

  base::Instant steady;
  base::WallTime wall;
};

// What an elector is to do next: to send a request, or to wait until next_attempt().
class ElectionStep {
 public:
  ElectionStep() = default;

  enum class What { wait, get, create, replace };
  What what = What::wait;
  boost::json::value lease;  // to create, or to put in the place of what is there
  base::Instant due;         // a request that has no answer by then is dropped: timed out
};

// Decides who leads and what to ask of the API server, from what came of it so far; someone else
// holds the connection and the clock. Rules: spec/kube-client.md 11.3 to 11.7.
//
// An attempt is begin() and then answered() until the step is to wait. Why no two lead at one time:
// a leader acts for the renew deadline from when it *sent* the last write that it knows to be done;
// others take a Lease only when its whole duration, which is longer, has passed since they *saw*
// that write or a later one. No clock is compared with another, so they may be any hours apart.
class ElectionSteps {
 public:
  using Chance = std::function<double()>;  // in [0, 1)

  // The options must have passed check().
  ElectionSteps(ElectionOptions options, Chance chance);

  ElectionStep begin(Moment now);
  ElectionStep answered(const base::Result<boost::json::value>& answer, Moment now);

  // What a watch says of the Lease: it brings the next attempt forward, but is never acted upon
  // without a look of our own. A leader does not listen.
  void saw(const boost::json::value& lease, base::Instant now);
  void saw_deleted(base::Instant now);

  // Ends the leading if its time is over. Owed at deadline(), whatever else is under way.
  void lapse(base::Instant now);
  // Ends the leading because we want it to.
  void resign(std::string why, base::Instant now);

  // What releases the Lease that has just been fetched; nothing if it is not ours to release.
  std::optional<boost::json::value> released(const boost::json::value& fetched,
                                             base::WallTime now) const;

  base::Instant next_attempt() const;
  bool leading() const { return leading_; }
  // Asked before each deed: leading() may be behind the time if the process was.
  bool may_act(base::Instant now) const { return leading_ && now < deadline_; }
  base::Instant deadline() const { return deadline_; }
  // Why leading() ended the last time.
  const std::string& end_reason() const { return end_reason_; }
  // Who holds the Lease as far as we know; empty: nobody.
  const std::string& holder() const { return record_.holder; }
  // The Lease as last seen; null: there is none.
  const boost::json::value& lease() const { return lease_; }
  // Whether the Lease may name us: a write of ours was done, or may have been.
  bool may_hold() const { return may_hold_; }
  // Why the last attempt failed, while they fail. That another holds the Lease is no failure.
  const std::optional<base::Error>& trouble() const { return trouble_; }
  // What is wrong with an election that says it leads but has long not renewed; for /healthz.
  std::optional<std::string> sick(base::Instant now) const;

 private:
  enum class Phase { idle, renewing, getting, creating, taking };

  ElectionStep request(Phase phase, ElectionStep::What what, Moment now);
  ElectionStep take(Moment now);
  ElectionStep write(Phase phase, ElectionStep::What what, const LeaseRecord& record, Moment now);
  ElectionStep got(const base::Result<boost::json::value>& answer, Moment now);
  ElectionStep written(const base::Result<boost::json::value>& answer, Moment now);
  ElectionStep won(const boost::json::value& lease, base::Instant now);
  ElectionStep failed(const base::Error& why, base::Instant now);
  ElectionStep attempt_over(base::Instant now);

  void observe(const boost::json::value& lease, base::Instant now);
  void observe_none(base::Instant now);
  void look_after(base::Instant free_at);
  void end_leading(std::string why, base::Instant now);
  LeaseRecord renewed(base::WallTime now) const;
  std::chrono::nanoseconds others_wait() const;
  bool ours_to_take(base::Instant now) const;

  ElectionOptions options_;
  Chance chance_;

  Phase phase_ = Phase::idle;
  base::Instant sent_{};  // the request under way

  boost::json::value lease_;
  LeaseRecord record_;           // of lease_
  base::Instant observed_at_{};  // when we first saw lease_'s spec, by our own clock
  bool observed_ = false;        // whether we ever looked
  bool may_hold_ = false;

  bool leading_ = false;
  base::Instant deadline_{};  // of leading, unless renewed
  std::string end_reason_;

  base::Instant poll_at_{};                       // the next attempt by the calendar
  base::Instant look_at_ = base::Instant::max();  // or earlier: the Lease should be free then
  std::optional<base::Error> trouble_;
};

}  // namespace kube
