#include "csi/driver_watch.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <atomic>
#include <chrono>
#include <filesystem>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "csi/controller_client.hpp"
#include "tests/support/fresh_folder.hpp"
#include "tests/support/result_printer.hpp"
#include "tests/unit/csi/fake_driver.hpp"
#include "tests/unit/csi/run_task.hpp"
#include "tests/unit/csi/step_clock.hpp"

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace v1 = csi::v1;
using base::ErrorKind;

// A driver that has been found, and the watch over it. The events are "lost" and "back".
struct World {
  World() {
    driver.info = [this](auto&, v1::GetPluginInfoResponse& reply) {
      reply.set_name(name);
      return grpc::Status::OK;
    };
    driver.probe = [this](auto&, v1::ProbeResponse& reply) {
      reply.mutable_ready()->set_value(ready);
      return grpc::Status::OK;
    };
    driver.capabilities = [this](auto&, v1::ControllerGetCapabilitiesResponse& reply) {
      using RPC = v1::ControllerServiceCapability::RPC;
      reply.add_capabilities()->mutable_rpc()->set_type(RPC::CREATE_DELETE_SNAPSHOT);
      if (lists) reply.add_capabilities()->mutable_rpc()->set_type(RPC::LIST_SNAPSHOTS);
      return grpc::Status::OK;
    };
    driver.listen(socket_path);
    REQUIRE(tests::run_task(io, csi::wait_for_driver(connection, clock, log)));
  }
  ~World() { end(); }

  void begin() {
    csi::DriverWatch::News news;
    news.lost = [this](const std::string&) { events.push_back("lost"); };
    news.back = [this](const csi::DriverIdentity& identity) {
      events.push_back("back");
      back = identity;
    };
    asio::co_spawn(io, watch.run("good.example.com", false, news),
                   asio::bind_cancellation_slot(stop.slot(),
                                                [this](std::exception_ptr why, base::Error error) {
                                                  ended = true;
                                                  if (!why) ended_with = error;
                                                }));
  }
  void end() {
    stop.emit(asio::cancellation_type::terminal);
    io.restart();
    io.run();
  }
  // Asks the driver, also in the middle of other things; `removed` is its answer.
  void remove_snapshot() {
    removed.reset();
    asio::co_spawn(io, client.delete_snapshot("s-1", csi::Secrets()),
                   [this](std::exception_ptr, base::Result<void> answer) { removed = answer; });
  }
  // Whether it comes true; a minute is for slow machines.
  template <class Condition>
  bool comes(Condition condition) {
    const auto patience = std::chrono::steady_clock::now() + 60s;
    io.restart();
    while (!condition() && std::chrono::steady_clock::now() < patience) io.run_one_for(1s);
    return condition();
  }
  bool comes_to(const std::vector<std::string>& expected) {
    return comes([&] { return events.size() >= expected.size(); }) && events == expected;
  }

  tests::FreshFolder folder;
  std::string socket_path = folder / "socket";
  asio::io_context io;
  tests::StepClock clock;
  base::Logger log{clock, {}, base::to_nowhere()};
  std::string name = "good.example.com";  // read on gRPC's threads while the loop waits for them
  bool ready = true;
  bool lists = false;
  tests::FakeDriver driver;
  csi::Connection connection{log, socket_path, 30s};
  csi::ControllerClient client{connection, csi::ControllerCapabilities()};
  csi::DriverWatch watch{connection, clock, log};
  asio::cancellation_signal stop;
  std::vector<std::string> events;
  std::optional<csi::DriverIdentity> back;
  std::optional<base::Result<void>> removed;
  bool ended = false;
  std::optional<base::Error> ended_with;
};

// The driver's ends of its connections: sockets of this process that have the path and a peer.
std::vector<int> connections_to(const std::string& path) {
  std::vector<int> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    const int fd = std::stoi(entry.path().filename());
    sockaddr_un name{}, peer{};
    socklen_t size = sizeof(name), peer_size = sizeof(peer);
    if (getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) == 0 && name.sun_path == path &&
        getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0)
      found.push_back(fd);
  }
  return found;
}

}  // namespace

TEST_CASE("calls and the watch share one connection") {
  World world;
  world.begin();
  world.driver.remove = [](auto&, auto&) { return grpc::Status::OK; };
  world.remove_snapshot();
  REQUIRE(world.comes([&] { return world.removed.has_value(); }));
  CHECK(connections_to(world.socket_path).size() == 1);
}

TEST_CASE("a connection that ends without a word, as a killed driver's does, is missed as well") {
  World world;
  world.begin();
  for (const int fd : connections_to(world.socket_path)) shutdown(fd, SHUT_RDWR);
  CHECK(world.comes_to({"lost", "back"}));  // it still listens
}

TEST_CASE("a driver that goes is missed although nobody calls it, and is found when it is back") {
  World world;
  world.begin();
  for (int i = 0; i < 2; ++i) {
    world.driver.stop();
    CHECK(world.comes_to({"lost"}));
    CHECK(world.watch.trouble() ==
          "the connection to the CSI driver good.example.com at " + world.socket_path + " is lost");
    world.lists = i == 1;
    world.driver.listen(world.socket_path);
    CHECK(world.comes_to({"lost", "back"}));
    CHECK(!world.watch.trouble());
    CHECK(world.back->capabilities.list_snapshots == world.lists);
    world.events.clear();
  }
}

TEST_CASE("what happens between the wait for the driver and the watch is not missed") {
  World world;
  world.driver.remove = [](auto&, auto&) { return grpc::Status::OK; };
  world.driver.stop();
  world.name = "other.example.com";
  world.driver.listen(world.socket_path);
  // Calls make the connection anew, as if nothing had been.
  REQUIRE(world.comes([&] {
    world.remove_snapshot();
    return world.comes([&] { return world.removed.has_value(); }) && *world.removed;
  }));
  world.begin();
  CHECK(world.comes([&] { return world.ended; }));
  CHECK(world.events == std::vector<std::string>{"lost"});
}

TEST_CASE("a driver that comes back under another name ends the watch") {
  World world;
  world.begin();
  world.driver.stop();
  world.name = "other.example.com";
  world.driver.listen(world.socket_path);
  CHECK(world.comes([&] { return world.ended; }));
  CHECK(world.events == std::vector<std::string>{"lost"});
  REQUIRE(world.ended_with);
  CHECK(world.ended_with->kind() == ErrorKind::conflict);
  CHECK_THAT(world.ended_with->text(),
             Catch::Contains("was good.example.com and is now other.example.com"));
  CHECK(world.watch.trouble());
}

TEST_CASE("a driver is back only when it is ready") {
  World world;
  world.begin();
  world.driver.stop();
  REQUIRE(world.comes_to({"lost"}));
  world.ready = false;
  int looks = 0;
  world.clock.on_sleep = [&](int) {
    CHECK(world.watch.trouble());
    CHECK(world.events.size() == 1);
    if (++looks == 3) world.ready = true;
  };
  world.driver.listen(world.socket_path);
  CHECK(world.comes_to({"lost", "back"}));
  CHECK(looks >= 3);
}

TEST_CASE("a socket that is removed from its folder harms no connection, only a new one") {
  World world;
  world.begin();
  std::filesystem::remove(world.socket_path);
  world.driver.remove = [](auto&, auto&) { return grpc::Status::OK; };
  world.remove_snapshot();
  REQUIRE(world.comes([&] { return world.removed.has_value(); }));
  CHECK(*world.removed);
  CHECK(world.events.empty());
  world.driver.stop();
  CHECK(world.comes_to({"lost"}));
  world.driver.listen(world.socket_path);
  CHECK(world.comes_to({"lost", "back"}));
}

TEST_CASE("a call in flight fails when the driver goes; the next one finds the new driver") {
  World world;
  world.begin();
  std::atomic<bool> arrived = false;
  world.driver.remove = [&](auto&, auto&) {
    arrived = true;
    return tests::FakeDriver::hang();
  };
  world.remove_snapshot();
  REQUIRE(world.comes([&] {
    world.io.poll();
    return arrived.load();
  }));
  world.driver.stop();
  CHECK(world.comes_to({"lost"}));
  CHECK(world.comes([&] { return world.removed.has_value(); }));
  CHECK(!*world.removed);

  world.driver.remove = [](auto&, auto&) { return grpc::Status::OK; };
  world.driver.listen(world.socket_path);
  CHECK(world.comes_to({"lost", "back"}));
  world.remove_snapshot();
  CHECK(world.comes([&] { return world.removed.has_value(); }));
  CHECK(*world.removed);
}

TEST_CASE("a watch that is cancelled ends at once, with the driver there or away") {
  World world;
  world.begin();
  if (GENERATE(false, true)) {
    world.driver.stop();
    REQUIRE(world.comes_to({"lost"}));
  }
  world.io.poll();
  world.end();
  CHECK(world.ended);
  CHECK(!world.ended_with);
}

TEST_CASE("a connection can go with its watch still waiting, which is never resumed") {
  tests::FreshFolder folder;
  asio::io_context io;
  const base::SystemClock clock;
  const base::Logger log(clock, {}, base::to_nowhere());
  bool ended = false;
  {
    csi::Connection connection(log, folder / "socket", 30s);
    asio::co_spawn(io, connection.until_connected(), [&](std::exception_ptr) { ended = true; });
    io.poll();
  }
  io.poll();
  CHECK(!ended);
}
