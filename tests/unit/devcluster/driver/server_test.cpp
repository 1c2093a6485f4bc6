#include "devcluster/driver/server.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "base/log.hpp"
#include "csi-spec/csi.pb.h"
#include "csi/connection.hpp"
#include "csi/controller_client.hpp"
#include "csi/driver_wait.hpp"
#include "tests/support/fresh_folder.hpp"
#include "tests/support/result_printer.hpp"

namespace {

namespace asio = boost::asio;
using namespace devcluster::driver;
using base::ErrorKind;
using namespace std::chrono_literals;

// Time that moves by itself, at once, to whenever somebody wants to wake up.
class HurryingClock final : public base::Clock {
 public:
  base::Instant now() const override { return now_; }
  base::WallTime wall_now() const override { return base::WallTime(now_.time_since_epoch()); }
  asio::awaitable<void> sleep_until(base::Instant due) override {
    if (const auto event = std::exchange(on_sleep, nullptr)) event();
    now_ = due;
    co_return;
  }
  std::function<void()> on_sleep;  // happens once

 private:
  base::Instant now_{1000h};
};

// The driver and a client of it on one loop.
struct World {
  explicit World(Behaviour behaviour = {}) {
    Options options;
    options.endpoint = "unix://" + (folder / "csi.sock");
    options.data_folder = folder / "data";
    options.durable = false;
    options.behaviour = std::move(behaviour);
    auto started = Server::start(io.get_executor(), clock, options);
    REQUIRE(started);
    server = std::move(*started);
    volume = server->store().create_volume("v", 4096).value()->id;
  }

  template <class T>
  T run(asio::awaitable<T> task) {
    std::optional<T> result;
    asio::co_spawn(io, std::move(task), [&](std::exception_ptr why, T value) {
      REQUIRE(!why);
      result.emplace(std::move(value));
    });
    io.restart();
    io.run();
    REQUIRE(result);
    return std::move(*result);
  }
  csi::CreateSnapshotCall call(const std::string& name) {
    csi::CreateSnapshotCall wanted;
    wanted.name = name;
    wanted.source_volume_id = volume;
    return wanted;
  }
  base::Result<csi::Snapshot> create(const std::string& name) {
    return run(client.create_snapshot(call(name)));
  }

  tests::FreshFolder folder;
  HurryingClock clock;
  base::Logger log{clock, {}, base::to_nowhere()};
  asio::io_context io;
  std::unique_ptr<Server> server;
  std::string volume;
  csi::Connection connection{log, folder / "csi.sock", 30s};
  csi::ControllerClient client{connection, {true, true, true}};
};

// Leaves what a killed driver leaves; or keeps it, listening, until it goes.
class Listener {
 public:
  explicit Listener(const std::string& path) : fd_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    REQUIRE(bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    REQUIRE(listen(fd_, 1) == 0);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() { close(fd_); }

 private:
  int fd_;
};

}  // namespace

TEST_CASE("a client finds the driver, takes a snapshot, finds it, and deletes it") {
  World world;
  const auto driver = world.run(csi::wait_for_driver(world.connection, world.clock, world.log));
  REQUIRE(driver);
  CHECK(driver->name == "devcluster.csi.example.com");
  CHECK(driver->capabilities.create_delete_snapshot);
  CHECK(driver->capabilities.list_snapshots);
  CHECK(driver->capabilities.get_snapshot);

  const auto made = world.create("s");
  REQUIRE(made);
  CHECK(made->ready_to_use);
  CHECK(made->size_bytes == 4096);
  CHECK(made->source_volume_id == world.volume);
  CHECK(world.run(world.client.find_snapshot(made->snapshot_id, {})).value() == *made);
  csi::ControllerClient lister(world.connection, {true, true, false});
  CHECK(world.run(lister.find_snapshot(made->snapshot_id, {})).value() == *made);

  REQUIRE(world.run(world.client.delete_snapshot(made->snapshot_id, {})));
  const auto gone = world.run(world.client.find_snapshot(made->snapshot_id, {}));
  REQUIRE(!gone);
  CHECK(gone.error().kind() == ErrorKind::not_found);

  const std::vector<Call>& calls = world.server->calls().all();
  REQUIRE(calls.size() == 8);
  CHECK(calls[3].method == "CreateSnapshot");
  CHECK(calls[3].subject == "s");
  CHECK(calls[7].method == "GetSnapshot");
  CHECK(calls[7].code == grpc::StatusCode::NOT_FOUND);
}

TEST_CASE("a fault on purpose does nothing, a lost reply does all") {
  World world;
  world.server->behaviour().faults.fail("CreateSnapshot", grpc::StatusCode::INTERNAL);
  world.server->behaviour().faults.lose_reply("CreateSnapshot");
  const auto failed = world.create("s");
  REQUIRE(!failed);
  CHECK(failed.error().kind() == ErrorKind::internal);
  CHECK(world.server->store().snapshots().empty());

  const auto lost = world.create("s");
  REQUIRE(!lost);
  CHECK(lost.error().kind() == ErrorKind::unavailable);
  REQUIRE(world.server->store().snapshots().size() == 1);

  const auto found = world.create("s");
  REQUIRE(found);
  CHECK(found->snapshot_id == world.server->store().snapshots().begin()->first);
  CHECK(world.server->calls().count("CreateSnapshot") == 3);
}

TEST_CASE("a slow create is under way, and is not begun a second time") {
  Behaviour behaviour;
  behaviour.create_delay = 10s;
  World world(behaviour);
  std::vector<ErrorKind> errors;
  int made = 0;
  const auto note = [&](std::exception_ptr, base::Result<csi::Snapshot> result) {
    if (result) ++made;
    if (!result) errors.push_back(result.error().kind());
  };
  // While the first one sleeps, the second one comes; the loop goes on when it is answered.
  world.clock.on_sleep = [&] {
    asio::co_spawn(world.io, world.client.create_snapshot(world.call("s")), note);
    while (errors.empty()) world.io.poll();
  };
  asio::co_spawn(world.io, world.client.create_snapshot(world.call("s")), note);
  world.io.run();
  CHECK(errors == std::vector<ErrorKind>{ErrorKind::aborted});
  CHECK(made == 1);
  CHECK(world.server->store().snapshots().size() == 1);
}

TEST_CASE("what the driver is to do without is neither told nor served") {
  Behaviour behaviour;
  behaviour.without = {"LIST_SNAPSHOTS", "GET_SNAPSHOT"};
  World world(behaviour);
  const auto known = world.run(csi::controller_capabilities(world.connection));
  REQUIRE(known);
  CHECK(known->create_delete_snapshot);
  CHECK(!known->list_snapshots);
  CHECK(!known->get_snapshot);
  const auto found = world.run(world.client.find_snapshot("s-1", {}));
  REQUIRE(!found);
  CHECK(found.error().kind() == ErrorKind::unimplemented);
}

TEST_CASE("a snapshot becomes ready later, also when that is decided while the driver runs") {
  World world;
  world.server->behaviour().ready_after = 5s;
  const auto made = world.create("s");
  REQUIRE(made);
  CHECK(!made->ready_to_use);
  CHECK(made->creation_time_ns == std::chrono::nanoseconds(1000h).count());
  const auto passing = [&]() -> asio::awaitable<bool> {
    co_await world.clock.sleep(5s);
    co_return true;
  };
  world.run(passing());
  CHECK(world.run(world.client.find_snapshot(made->snapshot_id, {})).value().ready_to_use);
}

TEST_CASE("everything survives a restart of the driver on the same socket and folder") {
  World world;
  const std::string id = world.create("s").value().snapshot_id;
  Options options;
  options.endpoint = world.server->socket_path();
  options.data_folder = world.folder / "data";
  world.server.reset();
  auto again = Server::start(world.io.get_executor(), world.clock, options);
  REQUIRE(again);
  CHECK((*again)->store().snapshot_named("s")->id == id);
  CHECK((*again)->store().volume(world.volume));
}

TEST_CASE("the driver can go while calls are under way, and answers them") {
  World world;
  int done = 0, told_unavailable = 0;
  const auto note = [&](std::exception_ptr, base::Result<csi::Snapshot> result) {
    if (result) ++done;
    if (!result && result.error().kind() == ErrorKind::unavailable) ++told_unavailable;
  };
  for (int i = 0; i < 20; ++i)
    asio::co_spawn(world.io, world.client.create_snapshot(world.call(std::to_string(i))), note);
  while (world.server->calls().all().size() < 2) world.io.poll_one();
  world.server.reset();
  world.io.run();
  CHECK(done + told_unavailable == 20);
  CHECK(done >= 2);
}

TEST_CASE("a call that sleeps when the driver goes is never carried out") {
  Behaviour behaviour;
  behaviour.create_delay = 10s;
  World world(behaviour);
  std::optional<base::Result<csi::Snapshot>> ended;
  world.clock.on_sleep = [&] { world.server.reset(); };
  asio::co_spawn(world.io, world.client.create_snapshot(world.call("s")),
                 [&](std::exception_ptr, auto result) { ended = std::move(result); });
  world.io.run();
  REQUIRE(ended);
  REQUIRE(!*ended);
  CHECK(ended->error().kind() == ErrorKind::unavailable);
  auto store = Store::open(world.folder / "data", Durability::kernel);
  REQUIRE(store);
  CHECK((*store)->snapshots().empty());
}

TEST_CASE("a socket left behind by a killed driver is taken over, a live one is not") {
  tests::FreshFolder folder;
  asio::io_context io;
  HurryingClock clock;
  Options options;
  options.endpoint = folder / "csi.sock";
  options.data_folder = folder / "data";
  {
    const Listener other(options.endpoint);
    const auto refused = Server::start(io.get_executor(), clock, options);
    REQUIRE(!refused);
    CHECK(refused.error() ==
          base::Error(ErrorKind::already_exists, "another driver listens on " + options.endpoint +
                                                     ": stop it or choose another --endpoint"));
  }
  REQUIRE(std::filesystem::is_socket(options.endpoint));
  CHECK(Server::start(io.get_executor(), clock, options));

  std::ofstream(folder / "file") << "precious";
  options.endpoint = folder / "file";
  const auto in_the_way = Server::start(io.get_executor(), clock, options);
  REQUIRE(!in_the_way);
  CHECK_THAT(in_the_way.error().text(), Catch::Contains("is in the way: it is no socket"));
  CHECK(std::filesystem::exists(folder / "file"));

  options.endpoint = folder / "no-folder/csi.sock";
  const auto no_folder = Server::start(io.get_executor(), clock, options);
  REQUIRE(!no_folder);
  CHECK_THAT(no_folder.error().text(), Catch::StartsWith("cannot listen on " + options.endpoint));
}
