#include <memory>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "base/log.hpp"
#include "devcluster/apiserver/server.hpp"
#include "kube/api/api_client.hpp"
#include "kube/config/server_url.hpp"
#include "kube/election/elector.hpp"
#include "tests/support/result_printer.hpp"

namespace kube {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

// Everything is real here: sockets, the API server's checks of Leases, time.
struct World {
  asio::io_context io;
  base::SystemClock clock;
  base::Logger log{clock, base::Logger::Options(), base::to_nowhere()};
  devcluster::apiserver::Server server{io, devcluster::apiserver::Options()};

  // Passing does not depend on the time; a test that would hang fails instead.
  bool run_until(const std::function<bool()>& so) {
    const base::Instant patience = clock.now() + 1min;
    io.restart();
    while (!so() && clock.now() < patience) io.run_one_for(1s);
    return so();
  }
};

class Replica {
 public:
  Replica(World& world, const std::string& identity)
      : world_(world), client_(world.io, world.clock, world.log, cluster(world), ClientOptions()) {
    ElectionOptions options;
    options.space = "default";
    options.name = "external-snapshotter-leader-hostpath";
    options.identity = identity;
    // By the calendar nothing would happen in this test any more: news comes by the watch alone.
    options.lease_duration = 3h;
    options.renew_deadline = 2h;
    options.retry_period = 1h;
    ElectionHooks hooks;
    hooks.on_new_leader = [this](const std::string& who) { leaders.push_back(who); };
    hooks.on_trouble = [this](const base::Error& why) { leaders.push_back(why.text()); };
    hooks.on_watch_trouble = hooks.on_trouble;
    Elector::Parts parts{world.io.get_executor(), world.clock, client_, client_};
    elector_ = std::make_unique<Elector>(
        parts, options, [] { return 0.0; }, std::move(hooks));
    asio::co_spawn(
        world.io, elector_->run(),
        asio::bind_cancellation_slot(stop_.slot(), [this](std::exception_ptr) { over_ = true; }));
  }

  Elector& elector() { return *elector_; }
  bool over() const { return over_; }
  void stop() { stop_.emit(asio::cancellation_type::terminal); }
  std::string release() {
    std::string outcome;
    asio::co_spawn(world_.io, elector_->release(),
                   [&](std::exception_ptr, base::Result<void> released) {
                     outcome = released ? "released" : released.error().text();
                   });
    world_.run_until([&] { return !outcome.empty(); });
    return outcome;
  }

  Strings leaders;

 private:
  static ClusterConfig cluster(World& world) {
    ClusterConfig config;
    config.source = "test configuration";
    config.server = parse_server_url(world.server.url()).value();
    return config;
  }

  World& world_;
  ApiClient client_;
  asio::cancellation_signal stop_;
  std::unique_ptr<Elector> elector_;
  bool over_ = false;
};

bool watched(World& world) {
  devcluster::apiserver::RequestLog::Filter filter;
  filter.verb = "watch";
  filter.resource = "leases";
  return world.server.requests().count(filter) > 0;
}

TEST_CASE("against an API server: one leads, one watches, and takes over when it is released") {
  World world;
  REQUIRE(world.server.start());
  Replica first(world, "first");
  REQUIRE(world.run_until([&] { return first.elector().is_leader(); }));
  Replica second(world, "second");
  REQUIRE(world.run_until([&] { return watched(world); }));
  CHECK(first.release() == "released");
  CHECK(first.over());
  REQUIRE(world.run_until([&] { return second.elector().is_leader(); }));
  CHECK(first.leaders == Strings{"first"});
  CHECK(second.leaders == Strings{"first", "second"});
  second.stop();
  CHECK(world.run_until([&] { return second.over(); }));
  world.server.stop();
  world.io.restart();
  world.io.run_for(100ms);
}

}  // namespace
}  // namespace kube
