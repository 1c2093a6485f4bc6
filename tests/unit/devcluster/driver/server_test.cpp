#include "devcluster/driver/server.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <optional>
#include <set>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "base/log.hpp"
#include "csi-spec/csi.pb.h"
#include "csi/connection.hpp"
#include "csi/controller_client.hpp"
#include "csi/driver_wait.hpp"
#include "csi/group_controller_client.hpp"
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
    other_volume = server->store().create_volume("w", 4096).value()->id;
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
  base::Result<csi::GroupSnapshot> create_group(csi::Secrets secrets = {}) {
    csi::CreateGroupSnapshotCall wanted;
    wanted.name = "g";
    wanted.source_volume_ids = {volume, other_volume};
    wanted.secrets = std::move(secrets);
    return run(groups.create_group_snapshot(std::move(wanted)));
  }
  base::Result<csi::GroupSnapshot> find_group(const csi::GroupSnapshot& group,
                                              csi::Secrets secrets = {}) {
    return run(
        groups.find_group_snapshot(group.group_snapshot_id, members_of(group), std::move(secrets)));
  }
  base::Result<void> remove_group(const csi::GroupSnapshot& group, csi::Secrets secrets = {}) {
    return run(groups.delete_group_snapshot(group.group_snapshot_id, members_of(group),
                                            std::move(secrets)));
  }
  static std::vector<std::string> members_of(const csi::GroupSnapshot& group) {
    std::vector<std::string> ids;
    for (const csi::Snapshot& member : group.members) ids.push_back(member.snapshot_id);
    return ids;
  }
  base::Result<csi::Snapshot> create(const std::string& name) {
    return run(client.create_snapshot(call(name)));
  }

  tests::FreshFolder folder;
  HurryingClock clock;
  base::Logger log{clock, {}, base::to_nowhere()};
  asio::io_context io;
  std::unique_ptr<Server> server;
  std::string volume, other_volume;
  csi::Connection connection{log, folder / "csi.sock", 30s};
  csi::ControllerClient client{connection, {true, true, true}};
  csi::GroupControllerClient groups{connection};
};

csi::Secrets password(const std::string& value) {
  csi::Secrets secrets;
  secrets.set("password", value);
  return secrets;
}

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

TEST_CASE("a client takes a group, finds it and its members, and deletes all of it") {
  World world;
  csi::DriverDemands demands;
  demands.groups = true;
  const auto driver =
      world.run(csi::wait_for_driver(world.connection, world.clock, world.log, demands));
  REQUIRE(driver);
  CHECK(driver->group_snapshots);

  const auto made = world.create_group();
  REQUIRE(made);
  CHECK(made->ready_to_use);
  REQUIRE(made->members.size() == 2);
  CHECK(made->members[1].source_volume_id == world.other_volume);
  CHECK(world.create_group().value() == *made);
  CHECK(world.find_group(*made).value() == *made);
  csi::ControllerClient lister(world.connection, {true, true, false});
  for (csi::SnapshotDriver* single : {&world.client, &lister})
    CHECK(world.run(single->find_snapshot(made->members[1].snapshot_id, {})).value() ==
          made->members[1]);
  const auto alone = world.run(world.client.delete_snapshot(made->members[0].snapshot_id, {}));
  REQUIRE(!alone);
  CHECK(alone.error().kind() == ErrorKind::invalid);

  REQUIRE(world.remove_group(*made));
  REQUIRE(world.remove_group(*made));
  CHECK(world.server->store().snapshots().empty());
  CHECK(world.find_group(*made).error().kind() == ErrorKind::not_found);
  CHECK(world.server->calls().all().back().method == "GetVolumeGroupSnapshot");
  CHECK(world.server->calls().all().back().subject == made->group_snapshot_id);
}

TEST_CASE("group calls fail, lose replies, take time and become ready as single ones do") {
  Behaviour behaviour;
  behaviour.create_delay = 10s;
  behaviour.delete_delay = 20s;
  behaviour.ready_after = 5s;
  World world(behaviour);
  Faults& faults = world.server->behaviour().faults;
  REQUIRE(faults.add_failures("create-group=RESOURCE_EXHAUSTED,delete-group=INTERNAL"));
  REQUIRE(faults.add_lost_replies("create-group=DEADLINE_EXCEEDED,delete-group"));
  CHECK(world.create_group().error().kind() == ErrorKind::exhausted);
  CHECK(world.server->store().groups().empty());
  const base::Instant begin = world.clock.now();
  CHECK(world.create_group().error().kind() == ErrorKind::timed_out);
  CHECK(world.clock.now() - begin == 10s);
  REQUIRE(world.server->store().groups().size() == 1);
  const auto made = world.create_group();
  REQUIRE(made);
  CHECK(made->ready_to_use);  // the second create took longer than that
  CHECK(made->group_snapshot_id == world.server->store().groups().begin()->first);

  CHECK(world.remove_group(*made).error().kind() == ErrorKind::internal);
  CHECK(world.server->store().groups().size() == 1);
  CHECK(world.remove_group(*made).error().kind() == ErrorKind::unavailable);
  CHECK(world.server->store().groups().empty());
  CHECK(world.remove_group(*made));
  CHECK(world.clock.now() - begin == 60s);
}

TEST_CASE("a spoilt reply is of a deed that was done, and the client does not believe it") {
  World world;
  Faults& faults = world.server->behaviour().faults;
  REQUIRE(faults.add_spoilt_replies(
      "create=no-message,create=empty-id,create=negative-size,create=bad-time,create=no-time,"
      "get=other-id,create-group=no-message,create-group=empty-id,create-group=negative-size,"
      "create-group=bad-time,get-group=other-id"));
  for (int i = 0; i < 4; ++i) CHECK(world.create("s").error().kind() == ErrorKind::malformed);
  const auto timeless = world.create("s");
  REQUIRE(timeless);
  CHECK(!timeless->creation_time_ns);
  CHECK(world.server->store().snapshots().size() == 1);
  CHECK(world.run(world.client.find_snapshot(timeless->snapshot_id, {})).error().kind() ==
        ErrorKind::malformed);

  for (int i = 0; i < 4; ++i) CHECK(world.create_group().error().kind() == ErrorKind::malformed);
  const auto group = world.create_group();
  REQUIRE(group);
  CHECK(world.find_group(*group).error().kind() == ErrorKind::malformed);
  CHECK(world.find_group(*group).value() == *group);
}

TEST_CASE("a driver that requires a secret does nothing for those who do not bring it") {
  Behaviour behaviour;
  behaviour.required_secrets = {{"password", "hunter2"}};
  World world(behaviour);
  const auto create = [&](csi::Secrets secrets) {
    csi::CreateSnapshotCall call = world.call("s");
    call.secrets = std::move(secrets);
    return world.run(world.client.create_snapshot(std::move(call)));
  };
  csi::ControllerClient lister(world.connection, {true, true, false});
  CHECK(create({}).error().kind() == ErrorKind::unauthenticated);
  CHECK(create(password("guess")).error().kind() == ErrorKind::unauthenticated);
  CHECK(world.create_group().error().kind() == ErrorKind::unauthenticated);
  CHECK(world.server->store().snapshots().empty());

  const std::string id = create(password("hunter2")).value().snapshot_id;
  const csi::GroupSnapshot group = world.create_group(password("hunter2")).value();
  for (csi::SnapshotDriver* single : {&world.client, &lister}) {
    CHECK(world.run(single->find_snapshot(id, {})).error().kind() == ErrorKind::unauthenticated);
    CHECK(world.run(single->find_snapshot(id, password("hunter2"))));
  }
  CHECK(world.run(world.client.delete_snapshot(id, {})).error().kind() ==
        ErrorKind::unauthenticated);
  CHECK(world.run(world.client.delete_snapshot(id, password("hunter2"))));
  CHECK(world.find_group(group).error().kind() == ErrorKind::unauthenticated);
  CHECK(world.find_group(group, password("hunter2")));
  CHECK(world.remove_group(group).error().kind() == ErrorKind::unauthenticated);
  CHECK(world.remove_group(group, password("hunter2")));
  CHECK(world.server->store().snapshots().empty());
}

TEST_CASE("a driver without groups tells so, and serves none") {
  Behaviour behaviour;
  behaviour.without = {"CREATE_DELETE_GET_VOLUME_GROUP_SNAPSHOT"};
  World world(behaviour);
  const auto known = world.run(csi::group_controller_capabilities(world.connection));
  REQUIRE(known);
  CHECK(!known->create_delete_get_group_snapshot);
  CHECK(world.create_group().error().kind() == ErrorKind::unimplemented);
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
  const std::string group_id = world.create_group().value().group_snapshot_id;
  Options options;
  options.endpoint = world.server->socket_path();
  options.data_folder = world.folder / "data";
  world.server.reset();
  auto again = Server::start(world.io.get_executor(), world.clock, options);
  REQUIRE(again);
  CHECK((*again)->store().snapshot_named("s")->id == id);
  CHECK((*again)->store().volume(world.volume));
  REQUIRE((*again)->store().group_named("g"));
  CHECK((*again)->store().group_named("g")->id == group_id);
}

TEST_CASE("the driver can go while calls are under way, and answers them") {
  World world;
  int done = 0;
  std::multiset<std::string> errors;
  const auto note = [&](std::exception_ptr, base::Result<csi::Snapshot> result) {
    if (result) ++done;
    if (!result) errors.insert(result.error().text());
  };
  for (int i = 0; i < 20; ++i)
    asio::co_spawn(world.io, world.client.create_snapshot(world.call(std::to_string(i))), note);
  while (world.server->calls().all().size() < 2) world.io.poll_one();
  world.server.reset();
  world.io.run();
  CHECK(done + errors.size() == 20);
  for (const std::string& text : errors)  // gRPC itself cancels what it had not yet handed out
    CHECK_THAT(text, Catch::StartsWith("rpc error: code = Unavailable") ||
                         Catch::StartsWith("rpc error: code = Canceled"));
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
