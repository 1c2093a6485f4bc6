#include "sidecar/term.hpp"

#include "base/concerns.hpp"
#include "snapshot/keys.hpp"

namespace sidecar {
namespace {

namespace asio = boost::asio;
using LookUp = snapshot::PlanOptions::LookUp;

LookUp look_up(const csi::ControllerCapabilities& driver) {
  if (driver.get_snapshot) return LookUp::get;
  return driver.list_snapshots ? LookUp::list : LookUp::none;
}

ContentLoopOptions loop_options(const Options& options, const csi::DriverIdentity& driver) {
  ContentLoopOptions loop;
  loop.plan.driver = driver.name;
  loop.plan.names = options.names;
  if (options.node_deployment)
    loop.label_selector = std::string(snapshot::keys::managed_by) + "=" + options.node_name;
  loop.plan.extra_create_metadata = options.extra_create_metadata;
  loop.plan.look_up = look_up(driver.capabilities);
  loop.backoff.base = options.retry_interval_start;
  loop.backoff.max = options.retry_interval_max;
  loop.workers = static_cast<std::size_t>(options.worker_threads);
  loop.resync_period = options.resync_period;
  return loop;
}

// One capability stands for all the calls about groups, so they can be looked up.
ContentLoopOptions group_options(const Options& options, const csi::DriverIdentity& driver) {
  ContentLoopOptions loop = loop_options(options, driver);
  loop.plan.names = options.group_names;
  loop.plan.look_up = LookUp::get;
  return loop;
}

}  // namespace

Term::Term(Parts parts, const Options& options, const csi::DriverIdentity& driver)
    : parts_(std::move(parts)),
      storage_(parts_.driver, parts_.clock),
      snapshots_(loop_parts(storage_, parts_.content_queue), snapshot::individual,
                 loop_options(options, driver)) {
  if (!parts_.groups) return;
  group_storage_.emplace(*parts_.groups, parts_.clock);
  groups_.emplace(loop_parts(*group_storage_, parts_.group_content_queue), snapshot::grouped,
                  group_options(options, driver));
}

ContentLoop::Parts Term::loop_parts(Storage& storage, kube::QueueObserver* observer) {
  return {parts_.executor, parts_.clock,  parts_.log,   parts_.objects, parts_.collections,
          storage,         parts_.events, turnstile_,   parts_.may_act, parts_.driver_trouble,
          parts_.on_retry, observer,      parts_.chance};
}

asio::awaitable<void> Term::watch() {
  base::Concerns concerns(parts_.executor);
  concerns.start("snapshots", snapshots_.reflect());
  if (groups_) concerns.start("groups", watch_groups());
  const base::Outcome first = co_await concerns.join();
  if (first.why) std::rethrow_exception(first.why);
}

asio::awaitable<void> Term::watch_groups() {
  co_await parts_.wait_for_group_api();
  co_await groups_->reflect();
}

asio::awaitable<void> Term::work() {
  base::Concerns concerns(parts_.executor);
  concerns.start("snapshots", snapshots_.work());
  if (groups_) concerns.start("groups", groups_->work());
  const base::Outcome first = co_await concerns.join();
  if (first.why) std::rethrow_exception(first.why);
}

void Term::driver_is_back() {
  snapshots_.look_again_at_all();
  if (groups_) groups_->look_again_at_all();
}

}  // namespace sidecar
