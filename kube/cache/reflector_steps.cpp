#include "kube/cache/reflector_steps.hpp"

#include <algorithm>
#include <utility>

namespace kube {

using base::Error;
using base::ErrorKind;
using namespace std::chrono_literals;

namespace {

// A watch that is over sooner and brought nothing did not work, whatever the server says of it.
constexpr std::chrono::nanoseconds short_watch = 1s;

// A longer Retry-After is taken for a mistake.
constexpr std::chrono::milliseconds longest_retry_after = 5min;

bool worked(const WatchEnd& end) {
  return end.delivered > 0 || end.lasted >= short_watch;
}

}  // namespace

ReflectorSteps::ReflectorSteps(Options options, Chance chance)
    : options_(std::move(options)), chance_(std::move(chance)) {}

ReflectorStep ReflectorSteps::start() {
  return list();
}

ReflectorStep ReflectorSteps::listed(const ListPage& page, base::Instant now) {
  refusal_proved_ = selector_refusal_.has_value();
  if (request_.continue_token.empty()) list_version_ = page.resource_version;
  if (list_version_.empty()) {  // a watch from nowhere would replay everything, in any order
    const Error error(ErrorKind::malformed,
                      "list " + options_.collection + ": the answer has no resourceVersion");
    return after_wait(list(), error, now);
  }
  ReflectorStep step;
  if (!page.continue_token.empty()) {
    request_.resource_version.clear();
    request_.continue_token = page.continue_token;
    step.request = request_;
    return step;
  }
  version_ = list_version_;
  version_expired_ = pages_expired_ = false;
  step = watch();
  step.list_complete = true;
  return step;
}

ReflectorStep ReflectorSteps::list_failed(const Error& error, base::Instant now) {
  const bool first_page = request_.continue_token.empty();
  const bool at_version = !request_.resource_version.empty();
  if (error.kind() == ErrorKind::expired && !first_page) {
    pages_expired_ = true;
    return list();
  }
  if (selector_refusal_ && !refusal_proved_) {  // it fails without the selector too
    selector_refusal_.reset();
    return after_wait(list(), error, now);
  }
  if (error.kind() == ErrorKind::invalid && uses_field_selector()) {
    selector_refusal_ = error;
    return list();
  }
  if (at_version && (error.kind() == ErrorKind::expired || error.kind() == ErrorKind::invalid)) {
    version_expired_ = true;
    return list();
  }
  return after_wait(list(), error, now);
}

void ReflectorSteps::event(std::string_view version) {
  if (!version.empty()) version_ = version;
}

ReflectorStep ReflectorSteps::watch_ended(const WatchEnd& end, base::Instant now) {
  if (worked(end)) broke_at_once_ = false;
  switch (end.how) {
    case WatchEnd::How::clean:
      return worked(end) ? watch() : relist(error_of(end), now);
    case WatchEnd::How::broken:
      if (worked(end) || !std::exchange(broke_at_once_, true)) return watch();
      return after_wait(watch(), error_of(end), now);
    case WatchEnd::How::refused:
      if (end.error.kind() != ErrorKind::throttled) break;
      return after_wait(watch(), end.error, now);
    case WatchEnd::How::garbled:
      break;
  }
  return relist(error_of(end), now);
}

// A server that restarts, or has too much to do, is not asked for a whole list on top.
ReflectorStep ReflectorSteps::watch_failed(const Error& error, base::Instant now) {
  const bool same_version =
      error.kind() == ErrorKind::unavailable || error.kind() == ErrorKind::throttled;
  return same_version ? after_wait(watch(), error, now) : relist(error, now);
}

ReflectorStep ReflectorSteps::list() {
  request_ = ListRequest();
  if (!version_expired_) request_.resource_version = version_;
  if (request_.resource_version.empty() && !pages_expired_) request_.limit = options_.page_size;
  ReflectorStep step;
  step.request = request_;
  return step;
}

// 240 to 290 s: below the five minutes after which proxies like to cut, and not the same for all
// clients of one server. (spec/kube-client.md 15)
ReflectorStep ReflectorSteps::watch() {
  WatchRequest request;
  request.resource_version = version_;
  request.timeout = 240s + std::chrono::seconds(static_cast<int>(chance_() * 51));
  ReflectorStep step;
  step.request = std::move(request);
  return step;
}

Error ReflectorSteps::error_of(const WatchEnd& end) const {
  if (!end.error.text().empty()) return end.error;
  return Error(ErrorKind::unavailable,
               "watch " + options_.collection + ": it ended within a second and brought nothing");
}

// A version too old to watch from is no trouble: the list that follows puts it right.
ReflectorStep ReflectorSteps::relist(const Error& error, base::Instant now) {
  ReflectorStep step = after_wait(list(), error, now);
  if (error.kind() == ErrorKind::expired) step.trouble.reset();
  return step;
}

ReflectorStep ReflectorSteps::after_wait(ReflectorStep step, const Error& error,
                                         base::Instant now) {
  step.wait = backoff_.next(now, chance_());
  if (error.retry_after())
    step.wait = std::max<std::chrono::nanoseconds>(
        step.wait, std::min(*error.retry_after(), longest_retry_after));
  step.trouble = error;
  return step;
}

}  // namespace kube
