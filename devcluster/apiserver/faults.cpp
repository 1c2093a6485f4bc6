#include "devcluster/apiserver/faults.hpp"

#include <algorithm>
#include <utility>

namespace devcluster::apiserver {

namespace {

using Deed = Fault::Deed;

bool fits(const std::string& wanted, const std::string& actual) {
  return wanted.empty() || wanted == "*" || wanted == actual || (wanted == "-" && actual.empty());
}

bool for_running_watches(Deed deed) {
  return deed == Deed::drop_watch || deed == Deed::hold_watch;
}

void merge(const Fault& fault, Strike& strike) {
  switch (fault.deed) {
    case Deed::answer:
      strike.answer = fault;
      break;
    case Deed::delay:
      break;  // every deed may come late, see below
    case Deed::drop:
      strike.drop = true;
      break;
    case Deed::lose_reply:
      strike.lose_reply = true;
      break;
    case Deed::drop_watch:
    case Deed::hold_watch:
      return;
  }
  strike.delay = std::max(strike.delay, fault.delay);
}

// The reasons that client libraries expect beside a code.
std::string reason_of(int code) {
  switch (code) {
    case 400:
      return "BadRequest";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "NotFound";
    case 405:
      return "MethodNotAllowed";
    case 409:
      return "Conflict";
    case 410:
      return "Expired";
    case 413:
      return "RequestEntityTooLarge";
    case 415:
      return "UnsupportedMediaType";
    case 422:
      return "Invalid";
    case 429:
      return "TooManyRequests";
    case 503:
      return "ServiceUnavailable";
    case 504:
      return "Timeout";
    default:
      return code >= 500 ? "InternalError" : "";
  }
}

std::string message_of(int code, const RequestInfo& info) {
  const std::string resource =
      info.group.empty() ? info.resource : info.resource + "." + info.group;
  if (code == 403)
    return resource + (info.name.empty() ? "" : " \"" + info.name + "\"") +
           " is forbidden: User \"devcluster\" cannot " + info.verb + " resource \"" +
           info.resource + "\" in API group \"" + info.group + "\"" +
           (info.ns.empty() ? " at the cluster scope" : " in the namespace \"" + info.ns + "\"");
  if (code == 409)
    return "Operation cannot be fulfilled on " + resource + " \"" + info.name +
           "\": the object has been modified; please apply your changes to the latest version and "
           "try again";
  if (code == 401) return "Unauthorized";
  return "scripted fault: " + info.verb + " " + resource + " answered with " + std::to_string(code);
}

}  // namespace

bool matches(const Fault& fault, const RequestInfo& info) {
  return info.is_resource && fits(fault.verb, info.verb) && fits(fault.resource, info.resource) &&
         fits(fault.name, info.name) && fits(fault.subresource, info.subresource);
}

Faults::Id Faults::add(Fault fault) {
  Active active;
  active.id = ++last_id_;
  active.fault = std::move(fault);
  active.since = store_.revision();
  if (for_running_watches(active.fault.deed)) active.fault.skip = 0;
  active_.push_back(std::move(active));
  changed_();
  return last_id_;
}

void Faults::remove(Id id) {
  std::erase_if(active_, [id](const Active& active) { return active.id == id; });
  changed_();
}

void Faults::clear() {
  active_.clear();
  changed_();
}

bool Faults::use(Active& active) {
  const int turn = active.struck++;
  return turn >= active.fault.skip;
}

void Faults::drop_used_up() {
  std::erase_if(active_, [](const Active& active) {
    return active.fault.count > 0 && active.struck >= active.fault.skip + active.fault.count;
  });
}

Strike Faults::strike(const RequestInfo& info) {
  Strike strike;
  for (Active& active : active_)
    if (!for_running_watches(active.fault.deed) && matches(active.fault, info) && use(active))
      merge(active.fault, strike);
  drop_used_up();
  return strike;
}

bool Faults::drops_watch(const RequestInfo& info) {
  const auto drops = [&](const Active& active) {
    return active.fault.deed == Deed::drop_watch && matches(active.fault, info);
  };
  const auto found = std::find_if(active_.begin(), active_.end(), drops);
  if (found == active_.end()) return false;
  const bool now = use(*found);
  drop_used_up();
  return now;
}

Horizon Faults::horizon(const RequestInfo& info, SteadyTime now) const {
  Horizon horizon;
  for (const Active& active : active_) {
    if (active.fault.deed != Deed::hold_watch || !matches(active.fault, info)) continue;
    if (active.fault.delay.count() > 0)
      horizon.at = std::min(horizon.at, now - active.fault.delay);
    else
      horizon.revision = std::min(horizon.revision, active.since);
  }
  return horizon;
}

std::optional<std::chrono::milliseconds> Faults::hold(const RequestInfo& info) const {
  std::optional<std::chrono::milliseconds> longest;
  for (const Active& active : active_)
    if (active.fault.deed == Deed::hold_watch && active.fault.delay.count() > 0 &&
        matches(active.fault, info))
      longest = std::max(longest.value_or(active.fault.delay), active.fault.delay);
  return longest;
}

Reply reply_of(const Fault& fault, const RequestInfo& info) {
  Refusal refusal(fault.code, reason_of(fault.code), message_of(fault.code, info));
  refusal = std::move(refusal).about(info.group, info.resource, info.name);
  if (fault.retry_after_seconds)
    refusal = std::move(refusal).retry_after(*fault.retry_after_seconds);
  Reply reply = refused(refusal);
  if (!fault.plain_text) return reply;
  Reply plain = text_reply(fault.code, *fault.plain_text);
  plain.headers = std::move(reply.headers);
  return plain;
}

}  // namespace devcluster::apiserver
