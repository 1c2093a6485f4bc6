#include "devcluster/driver/options.hpp"

#include <chrono>

#include <catch2/catch.hpp>

#include "tests/support/result_printer.hpp"

using namespace devcluster::driver;

TEST_CASE("the command line says how the driver behaves") {
  const auto line =
      parse_command_line({"--data", "/data", "--endpoint=unix:///run/csi.sock", "--name",
                          "x.example.com", "--create-delay=2s", "--delete-delay=3ms",
                          "--ready-after=1m", "--without-capability=LIST_SNAPSHOTS,GET_SNAPSHOT",
                          "--fail=create=INTERNAL", "--lose-reply=delete*2", "--durable=false",
                          "--spoil-reply=get=no-time", "--require-secret=password=a=b"});
  REQUIRE(line);
  const Options& options = line->options;
  CHECK(options.name == "x.example.com");
  CHECK(options.data_folder == "/data");
  CHECK(!options.durable);
  CHECK(options.behaviour.create_delay == std::chrono::seconds(2));
  CHECK(options.behaviour.delete_delay == std::chrono::milliseconds(3));
  CHECK(options.behaviour.ready_after == std::chrono::minutes(1));
  CHECK(options.behaviour.without == std::set<std::string>{"GET_SNAPSHOT", "LIST_SNAPSHOTS"});
  Faults faults = options.behaviour.faults;
  CHECK(faults.next("CreateSnapshot")->code == grpc::StatusCode::INTERNAL);
  CHECK(faults.next("DeleteSnapshot")->kind == Fault::Kind::reply_lost);
  CHECK(faults.next("GetSnapshot")->flaw == Flaw::no_time);
  CHECK(options.behaviour.required_secrets ==
        std::map<std::string, std::string>{{"password", "a=b"}});
  CHECK(socket_path(options.endpoint).value() == "/run/csi.sock");
}

TEST_CASE("a driver can do without groups") {
  const auto line = parse_command_line(
      {"--data=/d", "--without-capability=CREATE_DELETE_GET_VOLUME_GROUP_SNAPSHOT"});
  REQUIRE(line);
  CHECK(line->options.behaviour.without.size() == 1);
}

TEST_CASE("a command line that cannot work is refused with the flag's name") {
  struct Row {
    std::vector<std::string> words;
    const char* error;
  };
  const Row table[] = {
      {{}, "--data is missing"},
      {{"--data=/d", "--endpoint=tcp://x"}, "--endpoint \"tcp://x\" is no Unix socket"},
      {{"--data=/d", "--endpoint=csi.sock"}, "--endpoint \"csi.sock\" is no Unix socket"},
      {{"--data=/d", "--name="}, "--name must not be empty"},
      {{"--data=/d", "--fail=x"}, "--fail: fault \"x\""},
      {{"--data=/d", "--lose-reply=x"}, "--lose-reply: fault \"x\""},
      {{"--data=/d", "--spoil-reply=x"}, "--spoil-reply: fault \"x\""},
      {{"--data=/d", "--require-secret=x"}, "--require-secret: write a key and a value"},
      {{"--data=/d", "--without-capability=FLY"}, "no controller capability \"FLY\""},
      {{"--data=/d", "word"}, "unexpected word \"word\""},
      {{"--data=/d", "--create-delay=soon"}, "create-delay"},
  };
  for (const Row& row : table) {
    INFO(row.error);
    const auto line = parse_command_line(row.words);
    REQUIRE(!line);
    CHECK_THAT(line.error().text(), Catch::Contains(row.error));
  }
  CHECK(parse_command_line({"--help"}).value().help);
}
