#include "kube/election/elector.hpp"

#include <algorithm>
#include <exception>
#include <utility>
#include <variant>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/go_duration.hpp"
#include "base/json.hpp"

namespace kube {

namespace asio = boost::asio;
namespace json = boost::json;
using base::Error;
using base::ErrorKind;
using base::Result;
using namespace std::chrono_literals;
using What = ElectionStep::What;

namespace {

// Between two tries to release the Lease while the API server does not answer.
constexpr std::chrono::nanoseconds release_pause = 500ms;

ObjectPath collection_of(ObjectPath path) {
  path.name.clear();
  return path;
}

// Waits for the answer until `due`. A request dropped then may still be carried out.
asio::awaitable<Result<json::value>> within(base::Clock& clock, base::Instant due,
                                            asio::awaitable<Result<json::value>> request) {
  using asio::experimental::awaitable_operators::operator||;
  asio::awaitable<void> limit = clock.sleep_until(due);
  const base::Instant since = clock.now();
  std::variant<Result<json::value>, std::monostate> first =
      co_await (std::move(request) || std::move(limit));
  if (auto* answer = std::get_if<0>(&first)) co_return std::move(*answer);
  co_return Error(ErrorKind::timed_out, "no answer from the API server within " +
                                            base::format_go_duration(clock.now() - since));
}

}  // namespace

void Elector::LeaseSink::item(json::value&& object) {
  if (!is_ours(object)) return;
  listed_ = true;
  elector_.steps_.saw(object, elector_.parts_.clock.now());
}

void Elector::LeaseSink::end_list(const std::string&) {
  if (!listed_) elector_.steps_.saw_deleted(elector_.parts_.clock.now());
  elector_.tell();
}

void Elector::LeaseSink::event(EventType type, json::value&& object) {
  if (!is_ours(object)) return;
  const base::Instant now = elector_.parts_.clock.now();
  if (type == EventType::deleted) {
    elector_.steps_.saw_deleted(now);
  } else {
    elector_.steps_.saw(object, now);
  }
  elector_.tell();
}

// A server that does not know the field selector sends all Leases of the namespace.
bool Elector::LeaseSink::is_ours(const json::value& object) const {
  return base::text(object, "metadata", "name") == elector_.options_.name;
}

Elector::Elector(Parts parts, ElectionOptions options, ElectionSteps::Chance chance,
                 ElectionHooks hooks)
    : parts_(parts),
      options_(std::move(options)),
      hooks_(std::move(hooks)),
      steps_(options_, std::move(chance)),
      sink_(*this),
      watch_({parts.executor, parts.collections, parts.clock, sink_}, watch_options()),
      changed_(parts.executor, base::Instant::max()) {}

ReflectorOptions Elector::watch_options() {
  Selection selection(leases, "", "metadata.name=" + options_.name);
  selection.space = options_.space;
  ReflectorOptions options(std::move(selection));
  options.on_unreachable = [this](const Error& why, std::chrono::nanoseconds) {
    hooks_.on_watch_trouble(why);
  };
  return options;
}

asio::awaitable<void> Elector::run() {
  life_.emplace(parts_.executor);
  life_->start("election", take_part());
  std::exception_ptr why;
  try {
    const base::Outcome first = co_await life_->join();
    if (!first.concern.empty()) why = first.why;
  } catch (...) {
    why = std::current_exception();
  }
  const bool released = releasing_;
  life_.reset();
  resign(released ? "the lease is being released" : "the election was stopped");
  changed_.cancel();
  if (why && !released) std::rethrow_exception(why);
}

asio::awaitable<void> Elector::take_part() {
  for (;;) {
    co_await stand();
    co_await hold();
  }
}

asio::awaitable<void> Elector::stand() {
  // Who is alone wins at once, and needs no watch.
  if (steps_.next_attempt() <= parts_.clock.now()) co_await attempt();
  if (steps_.leading()) co_return;
  base::Concerns concerns(parts_.executor);
  concerns.start("acquire", acquire());
  concerns.start("watch", watch_.run());
  const base::Outcome first = co_await concerns.join();
  if (first.why) std::rethrow_exception(first.why);
}

asio::awaitable<void> Elector::acquire() {
  while (!steps_.leading()) {
    co_await wait_for_attempt();
    co_await attempt();
  }
}

asio::awaitable<void> Elector::hold() {
  while (steps_.leading()) {
    co_await wait_for_attempt();
    if (steps_.leading()) co_await attempt();
  }
}

asio::awaitable<void> Elector::attempt() {
  ElectionStep step = steps_.begin(moment());
  tell();
  while (step.what != What::wait) {
    if (step.what == What::get && steps_.leading()) hooks_.on_slow_renewal();
    asio::awaitable<Result<json::value>> request = send(std::move(step));
    const Result<json::value> answer = co_await std::move(request);
    step = steps_.answered(answer, moment());
    tell();
  }
}

asio::awaitable<Result<json::value>> Elector::send(ElectionStep step) {
  const base::Instant due = step.due;
  asio::awaitable<Result<json::value>> request =
      step.what == What::get      ? parts_.objects.get(path())
      : step.what == What::create ? parts_.objects.create(collection_of(path()), step.lease)
                                  : parts_.objects.replace(path(), step.lease);
  co_return co_await within(parts_.clock, due, std::move(request));
}

asio::awaitable<Result<void>> Elector::release() {
  if (life_) {
    releasing_ = true;
    life_->stop();
    while (life_) co_await wait_for_change();
    releasing_ = false;
  }
  if (!steps_.may_hold()) co_return Result<void>();
  const base::Instant until = parts_.clock.now() + options_.renew_deadline;
  for (;;) {
    const Result<void> released = co_await give_up_lease(until);
    if (released || parts_.clock.now() >= until) co_return released;
    // A renewal that was under way may have come in between; else the server needs a moment.
    if (released.error().kind() == ErrorKind::conflict) continue;
    const base::Instant again = std::min(parts_.clock.now() + release_pause, until);
    co_await parts_.clock.sleep_until(again);
  }
}

asio::awaitable<Result<void>> Elector::give_up_lease(base::Instant until) {
  const base::Instant limit = parts_.clock.now() + options_.request_timeout();
  const base::Instant due = std::min(limit, until);
  asio::awaitable<Result<json::value>> look = parts_.objects.get(path());
  const Result<json::value> lease = co_await within(parts_.clock, due, std::move(look));
  if (!lease && lease.error().kind() == ErrorKind::not_found) co_return Result<void>();
  if (!lease) co_return lease.error();
  std::optional<json::value> free = steps_.released(*lease, parts_.clock.wall_now());
  if (!free) co_return Result<void>();
  asio::awaitable<Result<json::value>> write = parts_.objects.replace(path(), std::move(*free));
  const Result<json::value> written = co_await within(parts_.clock, due, std::move(write));
  if (!written) co_return written.error();
  co_return Result<void>();
}

asio::awaitable<void> Elector::wait_for_attempt() {
  using asio::experimental::awaitable_operators::operator||;
  while (parts_.clock.now() < steps_.next_attempt()) {
    asio::awaitable<void> rung = parts_.clock.sleep_until(steps_.next_attempt());
    asio::awaitable<void> change = wait_for_change();
    co_await (std::move(rung) || std::move(change));
  }
}

asio::awaitable<void> Elector::wait_for_change() {
  co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
}

Moment Elector::moment() const {
  return Moment(parts_.clock.now(), parts_.clock.wall_now());
}

ObjectPath Elector::path() const {
  return ObjectPath(leases, options_.space, options_.name);
}

void Elector::lapse() {
  steps_.lapse(parts_.clock.now());
  tell();
}

void Elector::resign(const std::string& why) {
  steps_.resign(why, parts_.clock.now());
  tell();
}

// Brings hooks, watchdog and sleepers up to what the steps say now.
void Elector::tell() {
  changed_.cancel();
  tell_trouble();
  if (told_leading_ && !steps_.leading()) {
    told_leading_ = false;
    record_event("stopped leading");
    hooks_.on_stopped_leading(steps_.end_reason());
  }
  if (!leader().empty() && told_leader_ != leader()) {
    told_leader_ = leader();
    hooks_.on_new_leader(told_leader_);
  }
  if (steps_.leading()) tell_leading();
}

void Elector::tell_leading() {
  if (told_leading_) return watchdog_->postpone(steps_.deadline());
  told_leading_ = true;
  // Even if a request hangs and the loop above with it, the owner hears in time.
  watchdog_.emplace(parts_.executor, parts_.clock, steps_.deadline(), [this] { lapse(); });
  record_event("became leader");
  hooks_.on_started_leading();
}

void Elector::tell_trouble() {
  const std::optional<Error>& trouble = steps_.trouble();
  if (trouble == told_trouble_) return;
  told_trouble_ = trouble;
  if (trouble) return hooks_.on_trouble(*trouble);
  hooks_.on_recovered();
}

void Elector::record_event(const std::string& what) {
  if (!parts_.events) return;
  const json::value& lease = steps_.lease();
  ObjectReference about;
  about.api_version = "coordination.k8s.io/v1";
  about.kind = "Lease";
  about.space = options_.space;
  about.name = options_.name;
  about.uid = base::text(lease, "metadata", "uid");
  about.resource_version = base::text(lease, "metadata", "resourceVersion");
  parts_.events->record(about, EventSeverity::normal, "LeaderElection",
                        options_.identity + " " + what);
}

}  // namespace kube
