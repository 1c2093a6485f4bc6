#include "csi/connection.hpp"

#include <chrono>
#include <thread>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>

#include "tests/support/fresh_folder.hpp"
#include "tests/support/result_printer.hpp"
#include "tests/unit/csi/fake_driver.hpp"
#include "tests/unit/csi/run_task.hpp"

namespace {

using namespace std::chrono_literals;
using base::ErrorKind;
using tests::run_task;
namespace asio = boost::asio;
namespace v1 = csi::v1;

constexpr char create_method[] = "/csi.v1.Controller/CreateSnapshot";

// A driver, a connection to it, and a log of everything.
struct World {
  tests::FreshFolder folder;
  asio::io_context io;
  std::string lines;
  base::SystemClock clock;
  base::Logger log{
      clock, {base::LogFormat::text, 5}, [this](std::string_view line) { lines += line; }};
  tests::FakeDriver driver;
  std::string socket_path = folder / "a driver's socket %41";  // needs escaping in gRPC's address
  std::vector<csi::CallSeen> seen;
  csi::Connection connection{log, socket_path, 30s,
                             [this](const csi::CallSeen& call) { seen.push_back(call); }};
};

asio::awaitable<base::Result<v1::CreateSnapshotResponse>> create(csi::Connection& connection,
                                                                 std::string name,
                                                                 base::Instant deadline) {
  v1::CreateSnapshotRequest request;
  request.set_name(name);
  (*request.mutable_secrets())["password"] = "hunter2";
  v1::CreateSnapshotResponse reply;
  const base::Result<void> called =
      co_await connection.call(create_method, request, reply, deadline);
  if (!called) co_return called.error();
  co_return reply;
}

grpc::Status echo_name(const v1::CreateSnapshotRequest& request,
                       v1::CreateSnapshotResponse& reply) {
  reply.mutable_snapshot()->set_snapshot_id("id of " + request.name() + " by " +
                                            request.secrets().at("password"));
  return grpc::Status::OK;
}

}  // namespace

TEST_CASE("a call brings the reply, on the caller's thread") {
  World world;
  world.driver.create = echo_name;
  world.driver.listen(world.socket_path);
  std::thread::id resumed_on;
  const auto task = [&]() -> asio::awaitable<base::Result<v1::CreateSnapshotResponse>> {
    auto called = create(world.connection, "n", world.connection.deadline());
    auto reply = co_await std::move(called);
    resumed_on = std::this_thread::get_id();
    co_return reply;
  };
  const auto reply = run_task(world.io, task());
  REQUIRE(reply);
  CHECK(reply->snapshot().snapshot_id() == "id of n by hunter2");
  CHECK(resumed_on == std::this_thread::get_id());
}

TEST_CASE("calls run side by side, each with its own reply") {
  World world;
  world.driver.create = echo_name;
  world.driver.listen(world.socket_path);
  int right = 0;
  for (int i = 0; i < 100; ++i)
    asio::co_spawn(
        world.io, create(world.connection, std::to_string(i), world.connection.deadline()),
        [&right, i](std::exception_ptr why, base::Result<v1::CreateSnapshotResponse> reply) {
          if (!why && reply &&
              reply->snapshot().snapshot_id() == "id of " + std::to_string(i) + " by hunter2")
            ++right;
        });
  world.io.run();
  CHECK(right == 100);
}

TEST_CASE("the driver's error keeps its code and its words") {
  World world;
  world.driver.create = [](auto&, auto&) {
    return grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "pool \"a\" is full");
  };
  world.driver.listen(world.socket_path);
  const auto reply = run_task(world.io, create(world.connection, "n", world.connection.deadline()));
  REQUIRE(!reply);
  CHECK(reply.error() ==
        base::Error(ErrorKind::exhausted,
                    "rpc error: code = ResourceExhausted desc = pool \"a\" is full"));
}

TEST_CASE("a call ends at its deadline") {
  World world;
  world.driver.create = [](auto&, auto&) { return tests::FakeDriver::hang(); };
  world.driver.listen(world.socket_path);
  const auto reply =
      run_task(world.io, create(world.connection, "n", std::chrono::steady_clock::now() + 20ms));
  REQUIRE(!reply);
  CHECK(reply.error().kind() == ErrorKind::timed_out);
  CHECK_THAT(reply.error().text(), Catch::StartsWith("rpc error: code = DeadlineExceeded desc = "));
}

TEST_CASE("a deadline that has passed is no reason to wait") {
  World world;
  world.driver.create = [](auto&, auto&) { return tests::FakeDriver::hang(); };
  world.driver.listen(world.socket_path);
  const auto reply =
      run_task(world.io, create(world.connection, "n", std::chrono::steady_clock::now() - 1h));
  REQUIRE(!reply);
  CHECK(reply.error().kind() == ErrorKind::timed_out);
}

TEST_CASE("cancelling the caller cancels the call and waits for its end") {
  World world;
  asio::cancellation_signal stop;
  world.driver.create = [&](auto&, auto&) {
    asio::post(world.io, [&] { stop.emit(asio::cancellation_type::terminal); });
    return tests::FakeDriver::hang();
  };
  world.driver.listen(world.socket_path);
  std::optional<base::Result<v1::CreateSnapshotResponse>> ended;
  asio::co_spawn(world.io, create(world.connection, "n", world.connection.deadline()),
                 asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr why, auto reply) {
                   REQUIRE(!why);
                   ended = std::move(reply);
                 }));
  world.io.run();
  REQUIRE(ended);
  REQUIRE(!*ended);
  CHECK(ended->error().kind() == ErrorKind::cancelled);
}

TEST_CASE("a connection can go with calls in flight, before or after they are told") {
  tests::FreshFolder folder;
  asio::io_context io;
  const base::SystemClock clock;
  const base::Logger log(clock, {}, base::to_nowhere());
  tests::FakeDriver driver;
  driver.create = [&](auto&, auto&) {
    asio::post(io, [&] { io.stop(); });
    return tests::FakeDriver::hang();
  };
  driver.listen(folder / "socket");
  bool ended = false;
  {
    csi::Connection connection(log, folder / "socket", 30s);
    asio::co_spawn(io, create(connection, "n", connection.deadline()),
                   [&](std::exception_ptr, auto) { ended = true; });
    io.run();
  }
  CHECK(!ended);  // what is left of the call goes with the io_context, or with the next run of it
}

TEST_CASE("without a driver, and after it has gone, calls fail at once") {
  World world;
  const auto before =
      run_task(world.io, create(world.connection, "n", world.connection.deadline()));
  REQUIRE(!before);
  CHECK(before.error().kind() == ErrorKind::unavailable);
}

TEST_CASE("an attempt to connect says whether there is a driver") {
  World world;
  CHECK(!run_task(world.io, world.connection.connect()));
  world.driver.listen(world.socket_path);
  const auto connected = [&]() -> asio::awaitable<bool> {
    co_await world.connection.until_connected();
    co_return co_await world.connection.connect();
  };
  CHECK(run_task(world.io, connected()));
  world.driver.stop();
  const auto lost = [&]() -> asio::awaitable<bool> {
    co_await world.connection.until_lost();
    co_await world.connection.until_lost();  // at once
    co_return true;
  };
  CHECK(run_task(world.io, lost()));
}

TEST_CASE("a driver that comes back is found again") {
  World world;
  world.driver.create = echo_name;
  world.driver.listen(world.socket_path);
  REQUIRE(run_task(world.io, create(world.connection, "n", world.connection.deadline())));
  world.driver.stop();
  const auto lost = run_task(world.io, create(world.connection, "n", world.connection.deadline()));
  REQUIRE(!lost);
  CHECK(lost.error().kind() == ErrorKind::unavailable);

  world.driver.listen(world.socket_path);
  const base::Instant patience = std::chrono::steady_clock::now() + 60s;
  base::Result<v1::CreateSnapshotResponse> found = lost;
  while (!found && std::chrono::steady_clock::now() < patience)
    found = run_task(world.io, create(world.connection, "n", world.connection.deadline()));
  CHECK(found);
}

TEST_CASE("a reply that is no message of its type is malformed, not an error of the driver's") {
  World world;
  world.driver.create = [](auto&, v1::CreateSnapshotResponse& reply) {
    reply.mutable_snapshot()->set_snapshot_id("\xff");  // not UTF-8
    return grpc::Status::OK;
  };
  world.driver.listen(world.socket_path);
  const auto reply = run_task(world.io, create(world.connection, "n", world.connection.deadline()));
  REQUIRE(!reply);
  CHECK(reply.error() ==
        base::Error(ErrorKind::malformed,
                    "the driver's reply to /csi.v1.Controller/CreateSnapshot is no valid message "
                    "of type csi.v1.CreateSnapshotResponse"));
}

TEST_CASE("a reply of more than 4 MiB is refused") {
  World world;
  world.driver.create = [](auto&, v1::CreateSnapshotResponse& reply) {
    reply.mutable_snapshot()->set_snapshot_id(std::string(5 << 20, 'x'));
    return grpc::Status::OK;
  };
  world.driver.listen(world.socket_path);
  const auto reply = run_task(world.io, create(world.connection, "n", world.connection.deadline()));
  REQUIRE(!reply);
  CHECK(reply.error().kind() == ErrorKind::exhausted);
}

TEST_CASE("at level 5 both sides of a call are logged, the secrets are not") {
  World world;
  world.driver.create = [](auto&, v1::CreateSnapshotResponse& reply) {
    reply.mutable_snapshot()->set_snapshot_id("s-1");
    return grpc::Status::OK;
  };
  world.driver.listen(world.socket_path);
  REQUIRE(run_task(world.io, create(world.connection, "n", world.connection.deadline())));
  CHECK_THAT(world.lines,
             Catch::Contains(R"("GRPC call" method="/csi.v1.Controller/CreateSnapshot" )"
                             R"(request="{\"name\":\"n\",\"secrets\":\"***stripped***\"}")"));
  CHECK_THAT(world.lines, Catch::Contains(R"("GRPC response" )"));
  CHECK_THAT(world.lines,
             Catch::Contains(R"(response="{\"snapshot\":{\"snapshot_id\":\"s-1\"}}")"));
  CHECK_THAT(world.lines, !Catch::Contains("hunter2"));
}

TEST_CASE("every call is told with its method, how it ended and how long it took") {
  struct Row {
    const char* sentence;
    std::function<grpc::Status(const v1::CreateSnapshotRequest&, v1::CreateSnapshotResponse&)>
        answer;
    const char* code;
  };
  const Row table[] = {
      {"a success", echo_name, "OK"},
      {"an error of the driver's",
       [](auto&, auto&) { return grpc::Status(grpc::StatusCode::ABORTED, "busy"); }, "Aborted"},
      {"an answer that is none",
       [](auto&, v1::CreateSnapshotResponse& reply) {
         reply.mutable_snapshot()->set_snapshot_id("\xff");
         return grpc::Status::OK;
       },
       ""},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    World world;
    world.driver.create = row.answer;
    world.driver.listen(world.socket_path);
    run_task(world.io, create(world.connection, "n", world.connection.deadline()));
    REQUIRE(world.seen.size() == 1);
    CHECK(world.seen[0].method == create_method);
    CHECK(world.seen[0].code == row.code);
    CHECK(world.seen[0].took > 0ns);
    CHECK(world.seen[0].took < 30s);
  }
}

TEST_CASE("a call that finds no driver is told as well") {
  World world;
  run_task(world.io, create(world.connection, "n", world.connection.deadline()));
  REQUIRE(world.seen.size() == 1);
  CHECK(world.seen[0].code == "Unavailable");
}
