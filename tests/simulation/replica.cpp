#include "tests/simulation/replica.hpp"

#include <string_view>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>

#include "base/concerns.hpp"
#include "sidecar/term.hpp"
#include "snapshot/content_kind.hpp"
#include "tests/simulation/ports.hpp"
#include "tests/simulation/replica_clock.hpp"

namespace simulation {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// A loop that can be emptied before what its coroutines refer to goes.
class Loop : public asio::io_context {
 public:
  Loop() : asio::io_context(1) {}
  // Destroys every coroutine that waits, where it stands.
  void kill() { shutdown(); }
};

// Events go to the simulation at once. What stays on the storage is told with one reason.
class Events final : public kube::EventRecorder {
 public:
  Events(World& world, int replica) : world_(world), replica_(replica) {}
  void record(const kube::ObjectReference& about, kube::EventSeverity, std::string_view reason,
              std::string_view message) override {
    world_.trace([&] {
      return name_of_writer(replica_) + ": tells of " + about.name + ": " + std::string(reason) +
             ": " + std::string(message);
    });
    if (reason == snapshot::individual.left_behind) world_.invariants.left_behind(about.uid);
  }

 private:
  World& world_;
  int replica_;
};

sidecar::Options options_with(std::int64_t worker_threads) {
  sidecar::Options options;
  options.worker_threads = worker_threads;
  options.retry_interval_max = 20s;
  options.resync_period = 0s;  // nothing may depend on it
  return options;
}

csi::DriverIdentity identity(const World& world) {
  csi::DriverIdentity driver;
  driver.name = our_driver;
  driver.capabilities.create_delete_snapshot = true;
  driver.capabilities.list_snapshots = world.driver_looks_up >= World::LookUp::by_list;
  driver.capabilities.get_snapshot = world.driver_looks_up >= World::LookUp::by_get;
  return driver;
}

base::Logger::Options log_options(const World& world) {
  base::Logger::Options options;
  options.verbosity = world.trace.on() ? 4 : 0;
  return options;
}

bool is_abort(const std::exception_ptr& why) {
  try {
    std::rethrow_exception(why);
  } catch (const boost::system::system_error& error) {
    return error.code() == asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

}  // namespace

class Replica::Process {
 public:
  Process(Place place, std::int64_t worker_threads, Sabotage sabotage)
      : place_(place),
        clock_(place.world.schedule, place.wall_offset, sabotage == Sabotage::forget_timer,
               loop_.get_executor()),
        log_(clock_, log_options(place.world), [this](std::string_view line) { logged(line); }),
        events_(place.world, place.number),
        api_(place.api, place.world, place.number, loop_.get_executor()),
        driver_(place.driver, place.world, place.number, place.incarnation, loop_.get_executor()),
        saboteur_({place.world, api_, api_, driver_}, sabotage),
        term_(parts(sabotage != Sabotage::none), options_with(worker_threads),
              identity(place.world)) {
    asio::co_spawn(loop_, term_.watch(),
                   [this](std::exception_ptr why) { broken_by("watch()", why); });
  }
  ~Process() {
    loop_.kill();
    place_.world.invariants.died(place_.incarnation);
  }

  void run() {
    loop_.restart();
    loop_.poll();
  }

  void lead() {
    leads_ = true;
    if (!working_) work();
  }
  void follow() {
    leads_ = false;
    if (working_) stop_.emit(asio::cancellation_type::terminal);
  }
  bool has_work_in_hand() const { return working_; }

 private:
  void work() {
    working_ = true;
    const auto ended = [this](std::exception_ptr why) {
      working_ = false;
      if (!why || !is_abort(why)) broken_by("work()", why);
      if (leads_) work();
    };
    asio::co_spawn(loop_, term_.work(), asio::bind_cancellation_slot(stop_.slot(), ended));
  }

  void broken_by(const std::string& what, std::exception_ptr why) {
    place_.world.invariants.broken("the term: " + base::describe(base::Outcome{what, why}));
  }

  sidecar::Term::Parts parts(bool sabotaged) {
    kube::Objects& objects = sabotaged ? static_cast<kube::Objects&>(saboteur_) : api_;
    kube::Collections& collections = sabotaged ? static_cast<kube::Collections&>(saboteur_) : api_;
    csi::SnapshotDriver& driver =
        sabotaged ? static_cast<csi::SnapshotDriver&>(saboteur_) : driver_;
    sidecar::Term::Parts parts{loop_.get_executor(), clock_, log_,    objects,
                               collections,          driver, nullptr, events_};
    parts.may_act = [this] { return place_.world.leader == place_.number; };
    parts.chance = [this] { return place_.world.dice.fraction(); };
    return parts;
  }

  void logged(std::string_view line) {
    place_.world.trace([&] {
      constexpr std::size_t before_place = 30;  // severity, date, time, process
      const std::size_t end = line.find_last_not_of('\n') + 1;
      return name_of_writer(place_.number) +
             " logs: " + std::string(line.substr(before_place, end - before_place));
    });
  }

  Place place_;
  Loop loop_;
  ReplicaClock clock_;
  base::Logger log_;
  Events events_;
  ApiPort api_;
  DriverPort driver_;
  Saboteur saboteur_;
  asio::cancellation_signal stop_;
  sidecar::Term term_;
  bool leads_ = false;
  bool working_ = false;
};

Replica::Replica(Place place, std::int64_t worker_threads, Sabotage sabotage)
    : process_(std::make_unique<Process>(place, worker_threads, sabotage)) {}

Replica::~Replica() = default;

void Replica::run() {
  process_->run();
}

void Replica::lead() {
  process_->lead();
}

void Replica::follow() {
  process_->follow();
}

bool Replica::has_work_in_hand() const {
  return process_->has_work_in_hand();
}

}  // namespace simulation
