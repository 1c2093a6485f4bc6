#include "csi/identity_client.hpp"

#include <chrono>

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "tests/support/fresh_folder.hpp"
#include "tests/support/result_printer.hpp"
#include "tests/unit/csi/fake_driver.hpp"
#include "tests/unit/csi/run_task.hpp"

namespace {

namespace v1 = csi::v1;
using tests::run_task;

struct World {
  tests::FreshFolder folder;
  boost::asio::io_context io;
  base::SystemClock clock;
  base::Logger log{clock, {}, base::to_nowhere()};
  tests::FakeDriver driver;
  csi::Connection connection{log, folder / "socket", std::chrono::seconds(30)};
};

}  // namespace

TEST_CASE("a driver has a name, whatever its form, or is refused") {
  World world;
  std::string name;
  world.driver.info = [&](auto&, v1::GetPluginInfoResponse& reply) {
    reply.set_name(name);
    reply.set_vendor_version("v1.2");
    return grpc::Status::OK;
  };
  world.driver.listen(world.folder / "socket");
  for (const std::string& accepted :
       {std::string("hostpath.csi.k8s.io"), std::string("Odd_Name!"), std::string(80, 'x')}) {
    name = accepted;
    const auto info = run_task(world.io, csi::plugin_info(world.connection));
    REQUIRE(info);
    CHECK(info->name == accepted);
    CHECK(info->vendor_version == "v1.2");
  }
  name.clear();
  const auto nameless = run_task(world.io, csi::plugin_info(world.connection));
  REQUIRE(!nameless);
  CHECK(nameless.error().kind() == base::ErrorKind::malformed);
  CHECK_THAT(nameless.error().text(), Catch::Contains("reports an empty name"));
}

TEST_CASE("a driver that does not say whether it is ready is") {
  World world;
  world.driver.listen(world.folder / "socket");
  world.driver.probe = [](auto&, auto&) { return grpc::Status::OK; };
  CHECK(run_task(world.io, csi::probe(world.connection)).value());
  for (const bool ready : {true, false}) {
    world.driver.probe = [ready](auto&, v1::ProbeResponse& reply) {
      reply.mutable_ready()->set_value(ready);
      return grpc::Status::OK;
    };
    CHECK(run_task(world.io, csi::probe(world.connection)).value() == ready);
  }
}
