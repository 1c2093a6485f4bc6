#include "kube/election/election_steps.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/go_duration.hpp"
#include "base/json.hpp"
#include "kube/cache/resource_version.hpp"

namespace kube {

namespace json = boost::json;
using base::Error;
using base::ErrorKind;
using base::Instant;
using base::Result;
using namespace std::chrono_literals;
using What = ElectionStep::What;

namespace {

// client-go's factor: candidates look every 1 to 2.2 retry periods.
constexpr double jitter_factor = 1.2;

// All candidates see at the same time that the Lease is free. Drawn from this span, most of their
// writes come after the first one's is done, and a takeover still takes less than a second.
constexpr std::chrono::nanoseconds collision_span = 200ms;

// A renewal that failed is tried again after this part of the retry period. With 15/10/5 s the
// whole period would leave one try before the deadline.
constexpr int renewal_haste = 5;

// What upstream grants a leader beyond the lease duration before it calls it stuck.
constexpr std::chrono::nanoseconds sick_after = 20s;

std::chrono::nanoseconds scaled(std::chrono::nanoseconds span, double by) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double, std::nano>(span) * by);
}

json::value spec_of(const json::value& lease) {
  const json::value* spec = base::member(lease, "spec");
  return spec ? *spec : json::value();
}

}  // namespace

ElectionSteps::ElectionSteps(ElectionOptions options, Chance chance)
    : options_(std::move(options)), chance_(std::move(chance)) {}

ElectionStep ElectionSteps::begin(Moment now) {
  lapse(now.steady);
  if (!leading_) return request(Phase::getting, What::get, now);
  // No look first: nobody else should have written since.
  return write(Phase::renewing, What::replace, renewed(now.wall), now);
}

ElectionStep ElectionSteps::answered(const Result<json::value>& answer, Moment now) {
  lapse(now.steady);
  switch (std::exchange(phase_, Phase::idle)) {
    case Phase::idle:
      break;
    case Phase::renewing:
      // Whatever it was (somebody has edited the Lease, most likely), a look will tell.
      return answer ? written(answer, now) : request(Phase::getting, What::get, now);
    case Phase::getting:
      return got(answer, now);
    case Phase::creating:
    case Phase::taking:
      return written(answer, now);
  }
  return attempt_over(now.steady);
}

ElectionStep ElectionSteps::got(const Result<json::value>& answer, Moment now) {
  if (!answer && answer.error().kind() != ErrorKind::not_found)
    return failed(answer.error(), now.steady);
  trouble_.reset();
  if (answer) {
    observe(*answer, now.steady);
  } else {
    observe_none(now.steady);
  }
  if (!ours_to_take(now.steady)) {
    if (leading_) end_leading(record_.holder + " holds the lease now", now.steady);
    return attempt_over(now.steady);
  }
  return take(now);
}

ElectionStep ElectionSteps::take(Moment now) {
  LeaseRecord record = renewed(now.wall);
  if (lease_.is_null()) return write(Phase::creating, What::create, record, now);
  constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
  if (record_.holder != options_.identity && record.transitions < most) ++record.transitions;
  return write(Phase::taking, What::replace, record, now);
}

ElectionStep ElectionSteps::written(const Result<json::value>& answer, Moment now) {
  if (answer && base::text(*answer, "spec", "holderIdentity") == options_.identity)
    return won(*answer, now.steady);
  if (answer)
    return failed(Error(ErrorKind::malformed, "the API server has written another holder"),
                  now.steady);
  // A candidate for whom another was faster has no trouble, nor has a leader whose Lease was
  // edited.
  const ErrorKind kind = answer.error().kind();
  if (kind == ErrorKind::conflict || kind == ErrorKind::already_exists)
    return attempt_over(now.steady);
  return failed(answer.error(), now.steady);
}

ElectionStep ElectionSteps::won(const json::value& lease, Instant now) {
  trouble_.reset();
  observe(lease, now);
  may_hold_ = true;
  const Instant deadline = sent_ + options_.renew_deadline;
  if (now >= deadline) return attempt_over(now);  // too late an answer to act upon
  leading_ = true;
  deadline_ = deadline;
  look_at_ = Instant::max();
  poll_at_ = std::max(now, sent_ + options_.retry_period);
  return ElectionStep();
}

ElectionStep ElectionSteps::failed(const Error& why, Instant now) {
  trouble_ = why;
  return attempt_over(now);
}

ElectionStep ElectionSteps::attempt_over(Instant now) {
  if (leading_) {
    poll_at_ = std::min(now + options_.retry_period / renewal_haste, deadline_);
    return ElectionStep();
  }
  poll_at_ = now + scaled(options_.retry_period, 1 + jitter_factor * chance_());
  if (look_at_ <= now) look_at_ = Instant::max();  // we have looked
  return ElectionStep();
}

ElectionStep ElectionSteps::request(Phase phase, What what, Moment now) {
  phase_ = phase;
  sent_ = now.steady;
  ElectionStep step;
  step.what = what;
  step.due = now.steady + options_.request_timeout();
  if (leading_) step.due = std::min(step.due, deadline_);
  return step;
}

ElectionStep ElectionSteps::write(Phase phase, What what, const LeaseRecord& record, Moment now) {
  ElectionStep step = request(phase, what, now);
  json::value lease =
      what == What::create ? new_lease(options_.space, options_.name) : json::value(lease_);
  step.lease = with_labels(with_record(std::move(lease), record), options_.labels);
  may_hold_ = true;
  return step;
}

LeaseRecord ElectionSteps::renewed(base::WallTime now) const {
  LeaseRecord record;
  record.holder = options_.identity;
  record.duration = std::chrono::floor<std::chrono::seconds>(options_.lease_duration);
  record.renew_time = micro_time(now);
  record.transitions = record_.transitions;
  const bool held = record_.holder == options_.identity && !record_.acquire_time.empty();
  record.acquire_time = held ? record_.acquire_time : record.renew_time;
  return record;
}

std::optional<json::value> ElectionSteps::released(const json::value& fetched,
                                                   base::WallTime now) const {
  LeaseRecord record = lease_record(fetched);
  if (record.holder != options_.identity) return std::nullopt;
  record.holder.clear();
  record.duration = 1s;
  record.acquire_time = record.renew_time = micro_time(now);
  return with_labels(with_record(fetched, record), options_.labels);
}

void ElectionSteps::saw(const json::value& lease, Instant now) {
  if (leading_) return;
  const auto order = compare_versions(base::text(lease, "metadata", "resourceVersion"),
                                      base::text(lease_, "metadata", "resourceVersion"));
  if (order == std::partial_ordering::less) return;  // a watch may be behind our own look
  observe(lease, now);
}

void ElectionSteps::saw_deleted(Instant now) {
  if (!leading_) observe_none(now);
}

// The whole spec counts, not only the time of renewal, and not only its seconds.
void ElectionSteps::observe(const json::value& lease, Instant now) {
  const bool same = observed_ && !lease_.is_null() && spec_of(lease_) == spec_of(lease);
  lease_ = lease;
  if (same) return;
  observed_ = true;
  record_ = lease_record(lease);
  observed_at_ = now;
  may_hold_ = may_hold_ && record_.holder == options_.identity;
  look_after(ours_to_take(now) ? now : now + others_wait());
}

void ElectionSteps::observe_none(Instant now) {
  if (observed_ && lease_.is_null()) return;
  observed_ = true;
  lease_ = nullptr;
  record_ = LeaseRecord();
  observed_at_ = now;
  look_after(now);
}

void ElectionSteps::look_after(Instant free_at) {
  look_at_ = free_at + scaled(collision_span, chance_());
}

// The holder's word, not ours. One who does not say gets as long as we would.
std::chrono::nanoseconds ElectionSteps::others_wait() const {
  return record_.duration > 0s ? record_.duration : options_.lease_duration;
}

bool ElectionSteps::ours_to_take(Instant now) const {
  if (record_.holder.empty() || record_.holder == options_.identity) return true;
  return observed_at_ + others_wait() <= now;
}

void ElectionSteps::lapse(Instant now) {
  if (!leading_ || now < deadline_) return;
  end_leading("the lease was not renewed within " +
                  base::format_go_duration(options_.renew_deadline) +
                  (trouble_ ? ": " + trouble_->text() : ""),
              now);
}

void ElectionSteps::resign(std::string why, Instant now) {
  if (leading_) end_leading(std::move(why), now);
}

void ElectionSteps::end_leading(std::string why, Instant now) {
  leading_ = false;
  end_reason_ = std::move(why);
  poll_at_ = now;
}

Instant ElectionSteps::next_attempt() const {
  return leading_ ? poll_at_ : std::min(poll_at_, look_at_);
}

std::optional<std::string> ElectionSteps::sick(Instant now) const {
  const auto since = now - (deadline_ - options_.renew_deadline);
  if (!leading_ || since <= options_.lease_duration + sick_after) return std::nullopt;
  return "leading, but the lease was last renewed " +
         base::format_go_duration(std::chrono::floor<std::chrono::seconds>(since)) + " ago";
}

}  // namespace kube
