#include "tests/simulation/replica.hpp"

#include <array>
#include <string_view>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/concerns.hpp"
#include "sidecar/term.hpp"
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

// With these the replica tells operators that something stays on the storage.
constexpr std::array<std::string_view, 3> says_left_behind = {
    "Releasing a content whose storage stays",
    "The content is gone while its snapshot was taken",
    "The content is gone while the outcome of its create was unknown"};

std::string content_in(std::string_view line) {
  constexpr std::string_view key = "content=\"";
  const std::size_t begin = line.find(key);
  if (begin == line.npos) return "";
  const std::size_t name = begin + key.size();
  return std::string(line.substr(name, line.find('"', name) - name));
}

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
  driver.capabilities.list_snapshots = true;
  driver.capabilities.get_snapshot = world.driver_can_look_up;
  return driver;
}

base::Logger::Options log_options(const World& world) {
  base::Logger::Options options;
  options.verbosity = world.trace.on() ? 4 : 0;
  return options;
}

}  // namespace

class Replica::Process {
 public:
  Process(Place place, std::int64_t worker_threads, Sabotage sabotage)
      : place_(place),
        clock_(place.world.schedule, place.wall_offset, sabotage == Sabotage::forget_timer,
               loop_.get_executor()),
        log_(clock_, log_options(place.world), [this](std::string_view line) { logged(line); }),
        api_(place.api, place.world, place.number, loop_.get_executor()),
        driver_(place.driver, place.world, place.number, place.incarnation, loop_.get_executor()),
        saboteur_({place.world, api_, api_, driver_}, sabotage),
        term_(parts(sabotage != Sabotage::none), options_with(worker_threads),
              identity(place.world)) {
    asio::co_spawn(loop_, term_.run(), [this](std::exception_ptr why) {
      ended_ = true;
      if (why) place_.world.invariants.broken(base::describe(base::Outcome{"the term", why}));
    });
  }
  ~Process() {
    loop_.kill();
    place_.world.invariants.died(place_.incarnation);
  }

  void run() {
    loop_.restart();
    loop_.poll();
  }
  void stop() { term_.stop(); }
  bool ended() const { return ended_; }

 private:
  sidecar::Term::Parts parts(bool sabotaged) {
    kube::Objects& objects = sabotaged ? static_cast<kube::Objects&>(saboteur_) : api_;
    kube::Collections& collections =
        sabotaged ? static_cast<kube::Collections&>(saboteur_) : api_;
    csi::SnapshotDriver& driver =
        sabotaged ? static_cast<csi::SnapshotDriver&>(saboteur_) : driver_;
    sidecar::Term::Parts parts{loop_.get_executor(), clock_, log_, objects, collections, driver};
    parts.chance = [this] { return place_.world.dice.fraction(); };
    return parts;
  }

  void logged(std::string_view line) {
    const World& world = place_.world;
    world.trace([&] {
      return name_of_writer(place_.number) + " logs: " +
             std::string(line.substr(0, line.find_last_not_of('\n') + 1));
    });
    for (const std::string_view words : says_left_behind)
      if (line.find(words) != line.npos) place_.world.invariants.left_behind(content_in(line));
  }

  Place place_;
  Loop loop_;
  ReplicaClock clock_;
  base::Logger log_;
  ApiPort api_;
  DriverPort driver_;
  Saboteur saboteur_;
  sidecar::Term term_;
  bool ended_ = false;
};

Replica::Replica(Place place, std::int64_t worker_threads, Sabotage sabotage)
    : process_(std::make_unique<Process>(place, worker_threads, sabotage)) {}

Replica::~Replica() = default;

void Replica::run() {
  process_->run();
}

void Replica::stop() {
  process_->stop();
}

bool Replica::ended() const {
  return process_->ended();
}

}  // namespace simulation
