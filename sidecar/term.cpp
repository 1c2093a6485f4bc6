#include "sidecar/term.hpp"

#include <algorithm>
#include <memory>
#include <random>

#include "base/go_duration.hpp"
#include "base/json.hpp"
#include "kube/queue/workers.hpp"
#include "sidecar/advice.hpp"
#include "sidecar/content_verdict.hpp"
#include "snapshot/keys.hpp"

namespace sidecar {
namespace {

namespace asio = boost::asio;

kube::Selection all(std::string_view plural, std::string field_selector = {}) {
  kube::Resource resource;
  resource.group = snapshot::keys::group;
  resource.version = snapshot::keys::version;
  resource.plural = plural;
  return kube::Selection(std::move(resource), "", std::move(field_selector));
}

kube::BackoffOptions backoff_of(const Options& options) {
  kube::BackoffOptions backoff;
  backoff.base = options.retry_interval_start;
  backoff.max = options.retry_interval_max;
  return backoff;
}

snapshot::PlanOptions plan_options(const Options& options, const csi::DriverIdentity& driver) {
  snapshot::PlanOptions plan;
  plan.driver = driver.name;
  plan.names = options.names;
  plan.extra_create_metadata = options.extra_create_metadata;
  plan.driver_can_look_up = driver.capabilities.get_snapshot;
  return plan;
}

// Only spreads requests of many replicas over time; nothing depends on its quality.
kube::ReflectorSteps::Chance chance() {
  auto engine = std::make_shared<std::minstd_rand>(std::random_device{}());
  return [engine] { return std::uniform_real_distribution<double>(0, 1)(*engine); };
}

}  // namespace

Term::Term(Parts parts, const Options& options, const csi::DriverIdentity& driver)
    : parts_(parts),
      options_(options),
      driver_name_(driver.name),
      queue_(parts.executor, parts.clock, backoff_of(options)),
      contents_(
          [this](const boost::json::value& object) { return verdict_of(object, driver_name_); },
          [this](const std::string& key, kube::News) { queue_.add(key); }),
      classes_([this](const std::string& name) { class_changed(name); }),
      performer_(
          {parts.objects, parts.driver, contents_,
           [this](std::string_view name) { return find_class(name); }, parts.clock, parts.log},
          plan_options(options, driver)),
      content_reflector_({parts.executor, parts.collections, parts.clock, contents_},
                         reflect(all(snapshot::keys::contents, "spec.driver=" + driver.name))),
      class_reflector_({parts.executor, parts.collections, parts.clock, classes_},
                       reflect(all(snapshot::keys::classes))) {}

kube::ReflectorOptions Term::reflect(kube::Selection selection) {
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

asio::awaitable<void> Term::run() {
  concerns_.emplace(parts_.executor);
  concerns_->start("contents", content_reflector_.run());
  concerns_->start("classes", class_reflector_.run());
  concerns_->start("workers", work());
  concerns_->start("resync", resync());
  const base::Outcome first = co_await concerns_->join();
  // Stopped before there was work, they all end by cancellation.
  if (first.why && !stopping_) std::rethrow_exception(first.why);
}

void Term::stop() {
  stopping_ = true;
  queue_.shut_down();
  // Before the first key is handed out there is nothing to finish.
  if (!working_ && concerns_) concerns_->stop();
}

asio::awaitable<void> Term::work() {
  // A class that is only not listed yet must not look like one that does not exist.
  co_await class_reflector_.wait_synced();
  working_ = true;
  kube::Workers workers;
  workers.count = static_cast<std::size_t>(options_.worker_threads);
  workers.handle = [this](std::string key) { return handle(std::move(key)); };
  workers.on_exception = [this](const std::string& key, std::exception_ptr why) {
    parts_.log.error("A bug: working on a content threw; the others go on",
                     {{"content", key}, {"error", base::describe({"work", why})}});
  };
  co_await kube::run_workers(queue_, std::move(workers));
}

asio::awaitable<kube::Outcome> Term::handle(std::string key) {
  const PassResult result = co_await performer_.reconcile(key);
  if (result.outcome.what() == kube::Outcome::What::failed) {
    const auto wait = std::max(queue_.delay_if_failed(key), result.outcome.wait());
    parts_.log.warning(
        "A content is not finished, will try again",
        {{"content", key}, {"error", result.why}, {"retryIn", base::format_go_duration(wait)}});
  }
  co_return result.outcome;
}

// Nothing depends on this; it is upstream's flag, for those who trust no cache.
asio::awaitable<void> Term::resync() {
  const bool never = options_.resync_period.count() <= 0;
  for (;;) {
    co_await parts_.clock.sleep(never ? std::chrono::nanoseconds::max() : options_.resync_period);
    contents_.for_each_unfinished([this](const std::string& key, const boost::json::value&) {
      queue_.add(key, kube::Urgency::routine);
    });
  }
}

std::optional<snapshot::SnapshotClass> Term::find_class(std::string_view name) const {
  const kube::Store::Object found = classes_.find(std::string(name));
  if (!found) return std::nullopt;
  return snapshot::SnapshotClass(std::string(base::text(*found, "driver")),
                                 snapshot::parameters_of_class(*found));
}

// Whoever waits for this class need not wait for its backoff.
void Term::class_changed(const std::string& name) {
  contents_.for_each_unfinished([&](const std::string& key, const boost::json::value& object) {
    if (snapshot::ContentView(object).class_name() == name) queue_.add(key);
  });
}

}  // namespace sidecar
