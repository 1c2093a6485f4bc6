#include "csi/driver_wait.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "tests/support/fresh_folder.hpp"
#include "tests/support/result_printer.hpp"
#include "tests/unit/csi/fake_driver.hpp"
#include "tests/unit/csi/run_task.hpp"
#include "tests/unit/csi/step_clock.hpp"

namespace {

namespace asio = boost::asio;
namespace v1 = csi::v1;
using base::ErrorKind;
using tests::StepClock;

struct World {
  World() {
    driver.info = [](auto&, v1::GetPluginInfoResponse& reply) {
      reply.set_name("good.example.com");
      reply.set_vendor_version("v2");
      return grpc::Status::OK;
    };
    driver.probe = [](auto&, auto&) { return grpc::Status::OK; };
    driver.capabilities = [](auto&, v1::ControllerGetCapabilitiesResponse& reply) {
      using RPC = v1::ControllerServiceCapability::RPC;
      reply.add_capabilities()->mutable_rpc()->set_type(RPC::CREATE_DELETE_SNAPSHOT);
      reply.add_capabilities()->mutable_rpc()->set_type(RPC::GET_SNAPSHOT);
      return grpc::Status::OK;
    };
  }
  base::Result<csi::DriverIdentity> wait(csi::DriverDemands demands = csi::DriverDemands()) {
    return tests::run_task(io, csi::wait_for_driver(connection, clock, log, demands));
  }

  tests::FreshFolder folder;
  std::string socket_path = folder / "socket";
  asio::io_context io;
  StepClock clock;
  std::vector<std::string> lines;
  base::Logger log{clock, {}, [this](std::string_view line) { lines.emplace_back(line); }};
  tests::FakeDriver driver;
  csi::Connection connection{log, socket_path, std::chrono::seconds(30)};
};

grpc::Status unavailable() {
  return grpc::Status(grpc::StatusCode::UNAVAILABLE, "starting");
}

}  // namespace

TEST_CASE("a driver that is there is taken at once, without a word") {
  World world;
  world.driver.listen(world.socket_path);
  const auto driver = world.wait();
  REQUIRE(driver);
  CHECK(driver->name == "good.example.com");
  CHECK(driver->vendor_version == "v2");
  CHECK(driver->capabilities.create_delete_snapshot);
  CHECK(driver->capabilities.get_snapshot);
  CHECK(!driver->capabilities.list_snapshots);
  CHECK(world.lines.empty());
  CHECK(world.clock.slept().empty());
}

TEST_CASE("a driver that comes slowly is waited for, with one line for each thing waited for") {
  World world;
  int step = 0;  // read on gRPC's threads only while the loop waits for them
  const auto info = world.driver.info;
  const auto capabilities = world.driver.capabilities;
  world.driver.info = [&](auto& request, auto& reply) {
    return step < 6 ? unavailable() : info(request, reply);
  };
  world.driver.probe = [&](auto&, v1::ProbeResponse& reply) {
    if (step < 9) return unavailable();
    reply.mutable_ready()->set_value(step >= 12);
    return grpc::Status::OK;
  };
  world.driver.capabilities = [&](auto& request, auto& reply) {
    return step < 15 ? unavailable() : capabilities(request, reply);
  };
  world.clock.on_sleep = [&](int count) {
    step = count;
    if (count == 3) world.driver.listen(world.socket_path);
  };
  REQUIRE(world.wait());

  const char* expected[] = {"Waiting for the CSI driver's socket",
                            "Waiting for the CSI driver to tell its name",
                            "Waiting for the CSI driver to be ready",
                            "Waiting for the CSI driver to tell its capabilities"};
  REQUIRE(world.lines.size() == 4);
  for (int i = 0; i < 4; ++i) CHECK_THAT(world.lines[i], Catch::Contains(expected[i]));
  CHECK_THAT(world.lines[0], Catch::Contains(world.socket_path + " does not exist yet"));
  CHECK_THAT(world.lines[1], Catch::Contains("rpc error: code = Unavailable desc = starting"));
  CHECK(world.clock.slept() == std::vector<base::Instant::duration>(15, std::chrono::seconds(1)));
}

TEST_CASE("the same obstacle for another reason is a new line") {
  World world;
  int step = 0;
  world.driver.probe = [&](auto&, auto&) {
    if (step < 2) return grpc::Status(grpc::StatusCode::UNAVAILABLE, std::to_string(step));
    if (step < 4) return grpc::Status(grpc::StatusCode::INTERNAL, "no licence");
    return grpc::Status::OK;
  };
  world.driver.listen(world.socket_path);
  world.clock.on_sleep = [&](int count) { step = count; };
  REQUIRE(world.wait());
  REQUIRE(world.lines.size() == 2);
  CHECK_THAT(world.lines[1], Catch::Contains("code = Internal desc = no licence"));
}

TEST_CASE("whoever wants groups asks for them, and a driver without is as good as any") {
  struct Row {
    const char* sentence;
    bool asked;
    std::function<grpc::Status(v1::GroupControllerGetCapabilitiesResponse&)> answer;
    bool expected;
    std::size_t lines;
    std::size_t slept;
  };
  int step = 0;
  const auto has_it = [](v1::GroupControllerGetCapabilitiesResponse& reply) {
    using RPC = v1::GroupControllerServiceCapability::RPC;
    reply.add_capabilities()->mutable_rpc()->set_type(RPC::CREATE_DELETE_GET_VOLUME_GROUP_SNAPSHOT);
    return grpc::Status::OK;
  };
  const Row table[] = {
      {"it has groups, nobody asks", false, has_it, false, 0, 0},
      {"it has groups", true, has_it, true, 0, 0},
      {"it has the service without the capability", true, [](auto&) { return grpc::Status::OK; },
       false, 0, 0},
      {"it does not have the service", true,
       [](auto&) { return grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "what?"); }, false, 0, 0},
      {"it fails to answer: that must not stop single snapshots", true,
       [](auto&) { return grpc::Status(grpc::StatusCode::INTERNAL, "oops"); }, false, 1, 0},
      {"it cannot be reached just then: it is asked again", true,
       [&](auto& reply) { return step < 2 ? unavailable() : has_it(reply); }, true, 1, 2},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    World world;
    step = 0;
    world.clock.on_sleep = [&](int count) { step = count; };
    world.driver.group_capabilities = [&](auto&, auto& reply) { return row.answer(reply); };
    world.driver.listen(world.socket_path);
    csi::DriverDemands demands;
    demands.groups = row.asked;
    const auto driver = world.wait(demands);
    REQUIRE(driver);
    CHECK(driver->group_snapshots == row.expected);
    CHECK(world.lines.size() == row.lines);
    CHECK(world.clock.slept().size() == row.slept);
  }
}

TEST_CASE("what cannot come right is an error at once") {
  World world;
  SECTION("a directory in the socket's place") {
    std::filesystem::create_directory(world.socket_path);
    const auto driver = world.wait();
    REQUIRE(!driver);
    CHECK_THAT(driver.error().text(), Catch::Contains(world.socket_path + " is a directory"));
  }
  SECTION("a driver without a name") {
    world.driver.info = [](auto&, auto&) { return grpc::Status::OK; };
    world.driver.listen(world.socket_path);
    const auto driver = world.wait();
    REQUIRE(!driver);
    CHECK_THAT(driver.error().text(), Catch::Contains("reports an empty name"));
  }
  SECTION("a driver of another name than the one that is demanded, even if it is not ready") {
    world.driver.probe = [](auto&, auto&) { return unavailable(); };
    world.driver.listen(world.socket_path);
    csi::DriverDemands demands;
    demands.name = "better.example.com";
    const auto driver = world.wait(demands);
    REQUIRE(!driver);
    CHECK(driver.error().kind() == ErrorKind::conflict);
    CHECK_THAT(driver.error().text(),
               Catch::Contains("was better.example.com and is now good.example.com"));
  }
  SECTION("a driver that cannot take snapshots") {
    world.driver.capabilities = [](auto&, auto&) { return grpc::Status::OK; };
    world.driver.listen(world.socket_path);
    const auto driver = world.wait();
    REQUIRE(!driver);
    CHECK_THAT(driver.error().text(), Catch::Contains("good.example.com cannot take snapshots") &&
                                          Catch::Contains("CREATE_DELETE_SNAPSHOT"));
  }
  CHECK(world.clock.slept().empty());
  CHECK(world.lines.empty());
}
