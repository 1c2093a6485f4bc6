#include "sidecar/service.hpp"

#include <unistd.h>

#include <array>
#include <climits>
#include <memory>
#include <random>

#include "base/go_duration.hpp"
#include "csi/controller_client.hpp"
#include "csi/group_controller_client.hpp"
#include "kube/election/lease_name.hpp"
#include "sidecar/advice.hpp"
#include "sidecar/sidecar_metrics.hpp"
#include "sidecar/version.hpp"
#include "snapshot/keys.hpp"

namespace sidecar {
namespace {

namespace asio = boost::asio;

// After that, who waits for the driver is told.
constexpr std::chrono::seconds patience_with_driver{10};

constexpr const char* lease_prefix = "external-snapshotter-leader-";

kube::ClientOptions client_options(const Options& options, SidecarMetrics* metrics) {
  kube::ClientOptions client;
  if (metrics) client.on_request = metrics->api_observer();
  client.program = "csi-snapshotter";
  client.version = version();
  client.qps = options.kube_api_qps;
  client.burst = static_cast<int>(options.kube_api_burst);
  return client;
}

std::string host_name() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown-host";
}

kube::ElectionOptions election_options(const Options& options, const std::string& driver) {
  const LeaderElectionOptions& asked = options.leader_election;
  kube::ElectionOptions election;
  election.space = asked.lease_namespace;
  election.name = kube::lease_name(lease_prefix, driver);
  election.identity = kube::lease_identity(host_name());
  election.labels = asked.labels;
  election.lease_duration = asked.lease_duration;
  election.renew_deadline = asked.renew_deadline;
  election.retry_period = asked.retry_period;
  return election;
}

// Spreads what many replicas do over time; nothing depends on its quality.
std::function<double()> chance() {
  auto engine = std::make_shared<std::minstd_rand>(std::random_device{}());
  return [engine] { return std::uniform_real_distribution<double>(0, 1)(*engine); };
}

bool same_abilities(const csi::DriverIdentity& a, const csi::DriverIdentity& b) {
  return a.capabilities.get_snapshot == b.capabilities.get_snapshot &&
         a.capabilities.list_snapshots == b.capabilities.list_snapshots &&
         a.group_snapshots == b.group_snapshots;
}

}  // namespace

// While there is a term, others may ask it for figures.
class Service::InOffice {
 public:
  InOffice(Service& service, Term& term) : service_(service) {
    service_.term_ = &term;
    const ContentLoop* const groups = term.groups();
    if (service_.parts_.metrics)
      service_.parts_.metrics->watch_contents(&term.snapshots().contents(),
                                              groups ? &groups->contents() : nullptr);
  }
  InOffice(const InOffice&) = delete;
  InOffice& operator=(const InOffice&) = delete;
  ~InOffice() {
    service_.term_ = nullptr;
    if (service_.parts_.metrics) service_.parts_.metrics->watch_contents(nullptr, nullptr);
  }

 private:
  Service& service_;
};

Service::Service(Parts parts, csi::DriverIdentity driver)
    : parts_(parts),
      driver_(std::move(driver)),
      api_(parts_.loop, parts_.clock, parts_.log, parts_.cluster,
           client_options(parts_.options, parts_.metrics)),
      events_({parts_.loop.get_executor(), api_, parts_.clock, parts_.log},
              "csi-snapshotter " + driver_.name, chance()),
      discovery_(api_, parts_.clock, chance()),
      driver_watch_(parts_.connection, parts_.clock, parts_.log),
      at_work_(parts_.loop.get_executor()),
      driver_is_there_(parts_.loop.get_executor()) {
  driver_is_there_.set_open(true);
  if (parts_.options.leader_election.enabled) {
    const auto executor = parts_.loop.get_executor();
    // A renewal that waits for a throttle loses the lease (design.md 3.10).
    kube::ClientOptions unthrottled = client_options(parts_.options, parts_.metrics);
    unthrottled.qps = -1;
    election_api_.emplace(parts_.loop, parts_.clock, parts_.log, parts_.cluster, unthrottled);
    election_events_.emplace(
        kube::EventBroadcaster::Parts{executor, api_, parts_.clock, parts_.log},
        lease_prefix + driver_.name + "/" + host_name(), chance());
    elector_.emplace(kube::Elector::Parts{executor, parts_.clock, *election_api_, *election_api_,
                                          &*election_events_},
                     election_options(parts_.options, driver_.name), chance(), election_hooks());
  }
  update_gate();
}

asio::awaitable<base::Result<void>> Service::run() {
  // Events are told to the end, for the end is one.
  base::Concerns telling(parts_.loop.get_executor());
  telling.start("events", events_.run());
  if (election_events_) telling.start("election events", election_events_->run());
  base::Concerns concerns(parts_.loop.get_executor());
  concerns.start("driver", watch_driver());
  concerns.start("patience", bear_with_driver());
  concerns.start("work", work());
  if (elector_) concerns.start("election", elector_->run());
  const base::Outcome first = co_await concerns.join();
  // All that was begun is finished now: others may go on with it.
  if (elector_ && parts_.options.gates.release_lease_on_exit()) co_await give_up_lease();
  telling.stop();
  co_await telling.join();
  if (fatal_) co_return *fatal_;
  if (first.why) std::rethrow_exception(first.why);
  co_return base::Result<void>();
}

asio::awaitable<void> Service::give_up_lease() {
  const base::Result<void> released = co_await elector_->release();
  if (!released)
    parts_.log.warning("The lease could not be given up; others have to wait until it expires",
                       {{"error", released.error().text()}});
}

void Service::stop() {
  stopping_ = true;
  if (duty_) duty_->stop();
}

// ---- the driver ---------------------------------------------------------------------------------

asio::awaitable<void> Service::watch_driver() {
  const bool groups = parts_.options.gates.group_snapshots();
  asio::awaitable<base::Error> watch = driver_watch_.run(driver_.name, groups, driver_news());
  fatal_ = co_await std::move(watch);
}

// A driver that is restarted is back in seconds, and the work just waits. When it stays away, the
// work goes on so far that each content says what it waits for.
asio::awaitable<void> Service::bear_with_driver() {
  for (;;) {
    co_await driver_is_there_.wait_closed();
    base::Concerns either(parts_.loop.get_executor());
    either.start("back", driver_is_there_.wait_open());
    either.start("patience", parts_.clock.sleep(patience_with_driver));
    co_await either.join();
    driver_stays_away_ = !driver_is_there_.is_open();
    update_gate();
    co_await driver_is_there_.wait_open();
    driver_stays_away_ = false;
  }
}

csi::DriverWatch::News Service::driver_news() {
  csi::DriverWatch::News news;
  news.lost = [this](const std::string&) {
    driver_is_there_.set_open(false);
    update_gate();
  };
  news.back = [this](const csi::DriverIdentity& now) {
    driver_changed_ = driver_changed_ || !same_abilities(driver_, now);
    driver_ = now;
    driver_is_there_.set_open(true);
    driver_stays_away_ = false;
    if (term_) term_->driver_is_back();
    update_gate();
  };
  return news;
}

// ---- the election -------------------------------------------------------------------------------

kube::ElectionHooks Service::election_hooks() {
  kube::ElectionHooks hooks;
  const base::Logger& log = parts_.log;
  hooks.on_started_leading = [this] {
    parts_.log.info("Leading: this replica does the work");
    update_gate();
  };
  hooks.on_stopped_leading = [this](const std::string& why) {
    if (!stopping_) parts_.log.warning("Not leading any more, standing by", {{"why", why}});
    update_gate();
  };
  hooks.on_new_leader = [&log](const std::string& identity) {
    log.info("The leader is known", {{"leader", identity}});
  };
  hooks.on_trouble = [this](const base::Error& why) {
    election_trouble_ = why.text();
    parts_.log.warning("Cannot take part in the election, will try again",
                       {{"error", why.text()}, {"advice", advice_for(why.kind(), "leases")}});
  };
  hooks.on_recovered = [this] {
    election_trouble_.reset();
    parts_.log.info("Taking part in the election again");
  };
  if (parts_.metrics)
    hooks.on_slow_renewal = [metrics = parts_.metrics] { metrics->slow_renewal(); };
  hooks.on_watch_trouble = [&log](const base::Error& why) {
    log.warning("Cannot watch the lease, so a takeover may take a few seconds longer",
                {{"error", why.text()}});
  };
  return hooks;
}

std::optional<DriverTrouble> Service::driver_trouble() const {
  const std::optional<std::string>& why = driver_watch_.trouble();
  if (!why) return std::nullopt;
  return DriverTrouble(*why, driver_stays_away_);
}

bool Service::may_act() const {
  return !elector_ || elector_->may_act(parts_.clock.now());
}

void Service::update_gate() {
  at_work_.set_open(leads() && (driver_is_there() || driver_stays_away_));
  if (!parts_.metrics) return;
  parts_.metrics->leading(leads());
  parts_.metrics->driver_connected(driver_is_there());
}

// The API server may learn about groups at any time (design.md 3.14).
asio::awaitable<void> Service::wait_for_group_api() {
  const snapshot::ContentKind& kind = snapshot::grouped;
  kube::ResourceSet wanted(std::string(kind.api_group), std::string(snapshot::keys::version),
                           {std::string(kind.plural), std::string(kind.class_plural)});
  const base::Logger& log = parts_.log;
  kube::Discovery::Reports reports;
  reports.on_absent = [&log] {
    log.info("The API server does not serve group snapshots; they begin when it does");
  };
  reports.on_unknown = [&log](const base::Error& why, std::chrono::nanoseconds next) {
    log.warning("Cannot find out whether the API server serves group snapshots, will try again",
                {{"error", why.text()}, {"retryIn", base::format_go_duration(next)}});
  };
  co_await discovery_.wait_until_served(std::move(wanted), std::move(reports));
}

// ---- the work -----------------------------------------------------------------------------------

asio::awaitable<void> Service::work() {
  if (stopping_) co_return;
  base::Concerns duty_alone(parts_.loop.get_executor());
  duty_ = &duty_alone;
  duty_alone.start("duty", duty());
  const base::Outcome outcome = co_await duty_alone.join();
  duty_ = nullptr;
  if (outcome.why && !stopping_) std::rethrow_exception(outcome.why);
}

// Each round with the abilities that the driver has. Caches are filled when there is work for the
// first time, as upstream does; a replica that only stands by holds none.
asio::awaitable<void> Service::duty() {
  for (;;) {
    co_await at_work_.wait_open();
    driver_changed_ = false;
    csi::ControllerClient controller(parts_.connection, driver_.capabilities);
    csi::GroupControllerClient groups(parts_.connection);
    Term::Parts parts = term_parts(controller, groups);
    Term term(std::move(parts), parts_.options, driver_);
    const InOffice in_office(*this, term);
    base::Concerns round(parts_.loop.get_executor());
    round.start("watch", term.watch());
    round.start("shifts", shifts(term));
    const base::Outcome first = co_await round.join();
    if (first.why) std::rethrow_exception(first.why);
  }
}

// A shift ends with the lease or the driver; what is in hand is finished first.
asio::awaitable<void> Service::shifts(Term& term) {
  for (;;) {
    co_await at_work_.wait_open();
    if (driver_changed_) co_return;
    base::Concerns shift(parts_.loop.get_executor());
    shift.start("work", term.work());
    shift.start("gate", at_work_.wait_closed());
    const base::Outcome first = co_await shift.join();
    if (first.why) std::rethrow_exception(first.why);
  }
}

Term::Parts Service::term_parts(csi::SnapshotDriver& controller, csi::GroupSnapshotDriver& groups) {
  Term::Parts parts{parts_.loop.get_executor(),
                    parts_.clock,
                    parts_.log,
                    api_,
                    api_,
                    controller,
                    driver_.group_snapshots ? &groups : nullptr,
                    events_};
  parts.may_act = [this] { return may_act(); };
  parts.driver_trouble = [this] { return driver_trouble(); };
  parts.wait_for_group_api = [this] { return wait_for_group_api(); };
  if (SidecarMetrics* const metrics = parts_.metrics) {
    parts.on_retry = [metrics](base::ErrorKind why) { metrics->retried(why); };
    parts.content_queue = &metrics->content_queue();
    parts.group_content_queue = &metrics->group_content_queue();
  }
  return parts;
}

// ---- health -------------------------------------------------------------------------------------

std::optional<std::string> Service::not_ready() const {
  if (driver_watch_.trouble()) return driver_watch_.trouble();
  if (election_trouble_) return "cannot take part in the election: " + *election_trouble_;
  if (!leads()) return std::nullopt;
  if (!term_ || !term_->snapshots().synced()) return "the objects are not listed yet";
  if (!term_->snapshots().healthy()) return "cannot see the objects on the API server";
  return std::nullopt;
}

std::optional<std::string> Service::election_sick() const {
  return elector_ ? elector_->sick() : std::nullopt;
}

}  // namespace sidecar
