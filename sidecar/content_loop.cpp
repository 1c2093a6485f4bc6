#include "sidecar/content_loop.hpp"

#include <algorithm>
#include <memory>
#include <random>

#include "base/concerns.hpp"
#include "base/go_duration.hpp"
#include "base/json.hpp"
#include "kube/queue/workers.hpp"
#include "sidecar/advice.hpp"
#include "sidecar/content_verdict.hpp"

namespace sidecar {
namespace {

namespace asio = boost::asio;

// Only spreads requests of many replicas over time; nothing depends on its quality.
kube::ReflectorSteps::Chance chance() {
  auto engine = std::make_shared<std::minstd_rand>(std::random_device{}());
  return [engine] { return std::uniform_real_distribution<double>(0, 1)(*engine); };
}

}  // namespace

ContentLoop::ContentLoop(Parts parts, const snapshot::ContentKind& kind, ContentLoopOptions options)
    : parts_(std::move(parts)),
      kind_(kind),
      options_(std::move(options)),
      queue_(parts_.executor, parts_.clock, options_.backoff, parts_.queue_observer),
      contents_(
          [this](const boost::json::value& object) {
            return verdict_of(object, kind_, options_.plan.driver);
          },
          [this](const std::string& key, kube::News) { queue_.add(key); }),
      classes_([this](const std::string& name) { class_changed(name); }),
      performer_({kind, parts_.objects, parts_.storage, contents_,
                  [this](std::string_view name) { return find_class(name); }, parts_.events,
                  parts_.turnstile, [this](const std::string& name) { queue_.add(name); },
                  parts_.may_act, parts_.driver_trouble, parts_.clock, parts_.log},
                 options_.plan),
      content_reflector_({parts_.executor, parts_.collections, parts_.clock, contents_},
                         reflect(select(kind.plural, options_.label_selector,
                                        "spec.driver=" + options_.plan.driver))),
      class_reflector_({parts_.executor, parts_.collections, parts_.clock, classes_},
                       reflect(select(kind.class_plural, "", ""))) {}

kube::Selection ContentLoop::select(std::string_view plural, std::string labels,
                                    std::string fields) const {
  kube::Resource resource;
  resource.group = kind_.api_group;
  resource.version = snapshot::keys::version;
  resource.plural = plural;
  return kube::Selection(std::move(resource), std::move(labels), std::move(fields));
}

kube::ReflectorOptions ContentLoop::reflect(kube::Selection selection) {
  const std::string what = selection.resource.plural;
  kube::ReflectorOptions options(std::move(selection));
  options.chance = parts_.chance ? parts_.chance : chance();
  options.on_unreachable = [this, what](const base::Error& why, std::chrono::nanoseconds next) {
    parts_.log.warning("Cannot see the objects on the API server, will try again",
                       {{"what", what},
                        {"error", why.text()},
                        {"advice", advice_for(why.kind(), what)},
                        {"retryIn", base::format_go_duration(next)}});
  };
  options.on_recovered = [this, what] {
    parts_.log.info("In step with the API server", {{"what", what}});
  };
  options.on_selector_refused = [this, what](const base::Error& why) {
    parts_.log.info("The API server cannot select by driver, so it sends all drivers' objects",
                    {{"what", what}, {"error", why.text()}});
  };
  return options;
}

asio::awaitable<void> ContentLoop::reflect() {
  base::Concerns concerns(parts_.executor);
  concerns.start("contents", content_reflector_.run());
  concerns.start("classes", class_reflector_.run());
  concerns.start("resync", resync());
  const base::Outcome first = co_await concerns.join();
  if (first.why) std::rethrow_exception(first.why);
}

asio::awaitable<void> ContentLoop::work() {
  // A class that is only not listed yet must not look like one that does not exist.
  co_await class_reflector_.wait_synced();
  kube::Workers workers;
  workers.count = options_.workers;
  workers.handle = [this](std::string key) { return handle(std::move(key)); };
  workers.on_exception = [this](const std::string& key, std::exception_ptr why) {
    parts_.log.error("A bug: working on a content threw; the others go on",
                     {{"content", key}, {"error", base::describe({"work", why})}});
  };
  co_await kube::run_workers(queue_, std::move(workers));
}

asio::awaitable<kube::Outcome> ContentLoop::handle(std::string key) {
  const PassResult result = co_await performer_.reconcile(key);
  if (result.outcome.what() == kube::Outcome::What::failed) {
    const auto wait = std::max(queue_.delay_if_failed(key), result.outcome.wait());
    parts_.log.warning("Not finished, will try again",
                       {{"content", key},
                        {"kind", kind_.kind},
                        {"error", result.why},
                        {"retryIn", base::format_go_duration(wait)}});
    parts_.on_retry(result.code.value_or(base::ErrorKind::invalid));
  }
  co_return result.outcome;
}

// Nothing depends on this; it is upstream's flag, for those who trust no cache.
asio::awaitable<void> ContentLoop::resync() {
  const bool never = options_.resync_period.count() <= 0;
  for (;;) {
    co_await parts_.clock.sleep(never ? std::chrono::nanoseconds::max() : options_.resync_period);
    contents_.for_each_unfinished([this](const std::string& key, const boost::json::value&) {
      queue_.add(key, kube::Urgency::routine);
    });
  }
}

void ContentLoop::look_again_at_all() {
  contents_.for_each_unfinished(
      [this](const std::string& key, const boost::json::value&) { queue_.add(key); });
}

std::optional<snapshot::SnapshotClass> ContentLoop::find_class(std::string_view name) const {
  const kube::Store::Object found = classes_.find(std::string(name));
  if (!found) return std::nullopt;
  return snapshot::SnapshotClass(std::string(base::text(*found, "driver")),
                                 snapshot::parameters_of_class(*found));
}

// Whoever waits for this class need not wait for its backoff.
void ContentLoop::class_changed(const std::string& name) {
  contents_.for_each_unfinished([&](const std::string& key, const boost::json::value& object) {
    if (snapshot::ContentView(object, kind_).class_name() == name) queue_.add(key);
  });
}

}  // namespace sidecar
