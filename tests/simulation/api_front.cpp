#include "tests/simulation/api_front.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/json.hpp"

namespace simulation {

using namespace std::chrono_literals;
using base::Error;
using base::ErrorKind;

// One WATCH: a cursor into the log of a collection.
struct ApiFront::Stream {
  std::string what;
  std::string plural;
  std::string driver;  // empty: no field selector
  ApiServer::Version position = 0;
  Watcher watcher;
  base::Instant opened;
  std::uint64_t delivered = 0;
  bool feeding = false;  // the next event is under way
  bool over = false;
};

namespace {

std::string driver_in(const kube::Selection& selection) {
  const std::string prefix = "spec.driver=";
  return selection.field_selector.substr(std::min(prefix.size(), selection.field_selector.size()));
}

bool selects(const std::string& driver, const boost::json::value& object) {
  return driver.empty() || base::text(object, "spec", "driver") == driver;
}

Error too_old() {
  return Error(ErrorKind::expired, "too old resource version");
}

boost::json::value bookmark_at(ApiServer::Version version) {
  boost::json::object metadata;
  metadata["resourceVersion"] = std::to_string(version);
  boost::json::object object;
  object["metadata"] = std::move(metadata);
  return object;
}

const std::vector<ErrorKind> refusals = {ErrorKind::throttled, ErrorKind::internal,
                                         ErrorKind::unavailable, ErrorKind::timed_out};

}  // namespace

ApiFront::ApiFront(World& world) : world_(world) {
  world_.api.on_change = [this](const std::string& plural) { changed(plural); };
}

// ---- one object ---------------------------------------------------------------------------------

void ApiFront::request(Verb verb, std::string what, Deed deed, Listener listener) {
  world_.schedule.after(world_.travel(), [=, this] { arrive(verb, what, deed, listener); });
}

void ApiFront::arrive(Verb verb, const std::string& what, const Deed& deed,
                      const Listener& listener) {
  Dice& dice = world_.dice;
  const Weather& weather = world_.weather;
  const bool orphan = !listener(nullptr);
  if (orphan && dice.chance(0.5)) return;  // it died with the replica
  std::optional<Invariants::Late> late;
  if (orphan) late.emplace(world_.invariants);
  if (dice.chance(weather.api_refuses)) {
    Error error(dice.one_of(refusals), "the server does not want to now");
    if (dice.chance(0.5)) error = error.with_retry_after(dice.between(1, 3) * 1000ms);
    return answer(what, error, listener, world_.travel());
  }
  if (verb == Verb::write && dice.chance(weather.api_conflicts))
    return answer(what, Error(ErrorKind::conflict, "the object has been modified"), listener,
                  world_.travel());
  if (dice.chance(weather.api_loses_reply)) return lose(verb, what, deed, listener);
  answer(what, deed(), listener, world_.travel());
}

// Done or not, or done when nobody expects it any more.
void ApiFront::lose(Verb verb, const std::string& what, const Deed& deed,
                    const Listener& listener) {
  const auto patience = world_.dice.between(1s, 10s);
  const Error error(world_.dice.chance(0.5) ? ErrorKind::timed_out : ErrorKind::unavailable,
                    "the reply is lost");
  const int fate = verb == Verb::read ? 0 : world_.dice.between(0, 4);
  const auto late = [what, deed, this] {
    const Invariants::Late nobody_expects_it(world_.invariants);
    const Reply reply = deed();
    world_.trace([&] {
      return what + ": is carried out only now: " + (reply ? "done" : reply.error().text());
    });
  };
  if (fate == 1) world_.schedule.after(world_.dice.between(1ms, 20s), late);
  if (fate > 1) {
    const Reply reply = deed();
    world_.trace([&] {
      return what + ": " + (reply ? "done" : reply.error().text()) + ", the reply will get lost";
    });
  }
  answer(what, error, listener, patience);
}

void ApiFront::answer(const std::string& what, Reply reply, const Listener& listener,
                      std::chrono::nanoseconds wait) {
  world_.trace([&] { return what + ": " + (reply ? "done" : reply.error().text()); });
  world_.schedule.after(wait, [listener, reply = std::move(reply)]() mutable { listener(&reply); });
}

// ---- lists --------------------------------------------------------------------------------------

void ApiFront::list(const kube::Selection& selection, const kube::ListRequest& request,
                    PageListener listener) {
  world_.schedule.after(world_.travel(), [=, this] {
    base::Result<Page> answer = page(selection, request);
    world_.schedule.after(world_.travel(), [listener, answer = std::move(answer)]() mutable {
      listener(std::move(answer));
    });
  });
}

// The latest state, or with "not older than" that of a cache which may lag behind, or the next page
// of an earlier answer.
base::Result<ApiFront::Page> ApiFront::page(const kube::Selection& selection,
                                            const kube::ListRequest& request) {
  Dice& dice = world_.dice;
  const std::string& plural = selection.resource.plural;
  if (!selection.field_selector.empty() && !world_.selects_by_driver)
    return Error(ErrorKind::invalid, "field label not supported");
  if (dice.chance(world_.weather.api_refuses))
    return Error(dice.one_of(refusals), "the server does not want to now");
  ApiServer::Version version = world_.api.version();
  std::size_t first = 0;
  if (!request.continue_token.empty()) {
    const std::size_t colon = request.continue_token.find(':');
    version = std::stoull(request.continue_token.substr(0, colon));
    first = std::stoull(request.continue_token.substr(colon + 1));
    if (version < world_.api.compacted(plural)) return too_old();
  } else if (!request.resource_version.empty()) {
    const ApiServer::Version at_least = std::stoull(request.resource_version);
    if (dice.chance(world_.weather.list_is_stale))
      version = at_least + dice.next() % (version - at_least + 1);
  }
  std::vector<ApiServer::Object> all = world_.api.objects(plural, version);
  const std::string driver = driver_in(selection);
  std::erase_if(all, [&](const ApiServer::Object& one) { return !selects(driver, *one); });
  Page answer;
  const bool cut = request.limit > 0 && dice.chance(world_.weather.small_pages);
  const std::size_t end = cut ? std::min(all.size(), first + 2) : all.size();
  for (std::size_t at = std::min(first, end); at < end; ++at) answer.items.push_back(all[at]);
  answer.page.resource_version = std::to_string(version);
  answer.page.items = answer.items.size();
  if (end < all.size())
    answer.page.continue_token = std::to_string(version) + ":" + std::to_string(end);
  return answer;
}

// ---- watches ------------------------------------------------------------------------------------

void ApiFront::watch(const kube::Selection& selection, const std::string& version,
                     Watcher watcher) {
  auto stream = std::make_shared<Stream>();
  stream->plural = selection.resource.plural;
  stream->driver = driver_in(selection);
  stream->position = std::stoull(version);
  stream->watcher = std::move(watcher);
  world_.schedule.after(world_.travel(), [this, stream] { open(stream); });
}

void ApiFront::open(const StreamPtr& stream) {
  Dice& dice = world_.dice;
  stream->opened = world_.schedule.now();
  if (dice.chance(world_.weather.api_refuses))
    return tell(stream, base::Result<kube::WatchEnd>(Error(dice.one_of(refusals), "not now")));
  if (stream->position < world_.api.compacted(stream->plural)) {
    if (dice.chance(0.5)) return tell(stream, base::Result<kube::WatchEnd>(too_old()));
    kube::WatchEnd gone;
    gone.how = kube::WatchEnd::How::refused;
    gone.error = too_old();
    return tell(stream, base::Result<kube::WatchEnd>(gone));
  }
  tell(stream, Opened());
  streams_.push_back(stream);
  feed(stream);
  world_.schedule.after(dice.between(240s, 290s), [this, stream] { end(stream); });
}

void ApiFront::changed(const std::string& plural) {
  streams_.remove_if([](const StreamPtr& stream) { return stream->over; });
  for (const StreamPtr& stream : streams_)
    if (stream->plural == plural) feed(stream);
}

void ApiFront::feed(const StreamPtr& stream) {
  if (stream->feeding || stream->over) return;
  const auto& log = world_.api.log(stream->plural);
  if (log.empty() || log.back().version <= stream->position) return;
  stream->feeding = true;
  Dice& dice = world_.dice;
  const auto lag =
      dice.chance(world_.weather.watch_lags) ? dice.between(100ms, 20s) : world_.travel();
  world_.schedule.after(lag, [this, stream] {
    stream->feeding = false;
    if (!stream->over) hand_on(stream);
  });
}

void ApiFront::hand_on(const StreamPtr& stream) {
  const auto& log = world_.api.log(stream->plural);
  const auto next = std::find_if(log.begin(), log.end(), [&](const ApiServer::Change& change) {
    return change.version > stream->position && selects(stream->driver, *change.object);
  });
  if (next == log.end()) {
    stream->position = log.back().version;
    return;
  }
  stream->position = next->version;
  ++stream->delivered;
  tell(stream, Event{next->type, *next->object});
  if (world_.dice.chance(world_.weather.bookmarks))
    tell(stream, Event{kube::EventType::bookmark, bookmark_at(stream->position)});
  if (world_.dice.chance(world_.weather.watch_ends)) return end(stream);
  feed(stream);
}

void ApiFront::end(const StreamPtr& stream) {
  if (stream->over) return;
  kube::WatchEnd how;
  if (world_.dice.chance(world_.weather.watch_ends > 0 ? 0.7 : 0)) {
    how.how = world_.dice.one_of<kube::WatchEnd::How>(
        {kube::WatchEnd::How::broken, kube::WatchEnd::How::refused, kube::WatchEnd::How::garbled});
    if (how.how == kube::WatchEnd::How::refused) how.error = too_old();
    if (how.how == kube::WatchEnd::How::garbled)
      how.error = Error(ErrorKind::malformed, "this is no event");
  }
  how.lasted = world_.schedule.now() - stream->opened;
  how.delivered = stream->delivered;
  tell(stream, base::Result<kube::WatchEnd>(how));
}

void ApiFront::tell(const StreamPtr& stream, Message message) {
  if (std::holds_alternative<base::Result<kube::WatchEnd>>(message)) stream->over = true;
  if (!stream->watcher(std::move(message))) stream->over = true;
}

}  // namespace simulation
