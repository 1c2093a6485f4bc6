#include "devcluster/driver/faults.hpp"

#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/result_printer.hpp"

using devcluster::driver::Fault;
using devcluster::driver::Faults;
using devcluster::driver::Flaw;
using grpc::StatusCode;

namespace {

constexpr Fault refused(StatusCode code) {
  return Fault{Fault::Kind::refused, code, {}};
}
constexpr Fault lost(StatusCode code) {
  return Fault{Fault::Kind::reply_lost, code, {}};
}

std::vector<Fault> all_of(Faults& faults, const std::string& method) {
  std::vector<Fault> all;
  while (const std::optional<Fault> fault = faults.next(method)) all.push_back(*fault);
  return all;
}

}  // namespace

TEST_CASE("faults are spent in order, per method") {
  Faults faults;
  faults.fail("CreateSnapshot", StatusCode::INTERNAL, 2);
  faults.lose_reply("CreateSnapshot");
  faults.fail("Probe", StatusCode::ABORTED);
  CHECK(all_of(faults, "CreateSnapshot") == std::vector<Fault>{refused(StatusCode::INTERNAL),
                                                               refused(StatusCode::INTERNAL),
                                                               lost(StatusCode::UNAVAILABLE)});
  CHECK(all_of(faults, "Probe") == std::vector<Fault>{refused(StatusCode::ABORTED)});
  CHECK(!faults.next("DeleteSnapshot"));
}

TEST_CASE("faults can be written as text") {
  Faults faults;
  REQUIRE(faults.add_failures("create=UNAVAILABLE*2,ListSnapshots=NOT_FOUND"));
  REQUIRE(faults.add_lost_replies("create*1,delete=DEADLINE_EXCEEDED"));
  REQUIRE(faults.add_failures(""));
  CHECK(all_of(faults, "CreateSnapshot") == std::vector<Fault>{refused(StatusCode::UNAVAILABLE),
                                                               refused(StatusCode::UNAVAILABLE),
                                                               lost(StatusCode::UNAVAILABLE)});
  CHECK(all_of(faults, "ListSnapshots") == std::vector<Fault>{refused(StatusCode::NOT_FOUND)});
  CHECK(all_of(faults, "DeleteSnapshot") ==
        std::vector<Fault>{lost(StatusCode::DEADLINE_EXCEEDED)});
}

TEST_CASE("replies can be spoilt, and group calls fail as others do") {
  Faults faults;
  REQUIRE(
      faults.add_failures("create-group=INTERNAL,GroupControllerGetCapabilities=UNIMPLEMENTED"));
  REQUIRE(faults.add_lost_replies("delete-group,get-group=ABORTED"));
  REQUIRE(faults.add_spoilt_replies("create-group=no-message,get=empty-id*2"));
  const auto spoilt = [](Flaw flaw) {
    return Fault{Fault::Kind::reply_spoilt, StatusCode::OK, flaw};
  };
  CHECK(all_of(faults, "CreateVolumeGroupSnapshot") ==
        std::vector<Fault>{refused(StatusCode::INTERNAL), spoilt(Flaw::no_message)});
  CHECK(all_of(faults, "GroupControllerGetCapabilities") ==
        std::vector<Fault>{refused(StatusCode::UNIMPLEMENTED)});
  CHECK(all_of(faults, "DeleteVolumeGroupSnapshot") ==
        std::vector<Fault>{lost(StatusCode::UNAVAILABLE)});
  CHECK(all_of(faults, "GetVolumeGroupSnapshot") == std::vector<Fault>{lost(StatusCode::ABORTED)});
  CHECK(all_of(faults, "GetSnapshot") ==
        std::vector<Fault>{spoilt(Flaw::empty_id), spoilt(Flaw::empty_id)});

  for (const char* script : {"create", "create=INTERNAL", "create=rotten"}) {
    INFO(script);
    const auto added = faults.add_spoilt_replies(script);
    REQUIRE(!added);
    CHECK_THAT(added.error().text(), Catch::Contains("no such flaw; write no-message"));
  }
}

TEST_CASE("a fault that cannot be understood is named") {
  struct Row {
    const char* script;
    const char* error;
  };
  const Row table[] = {
      {"destroy=INTERNAL", "fault \"destroy=INTERNAL\": no such method"},
      {"create=Internal", "fault \"create=Internal\": no such code"},
      {"create", "no such code"},
      {"probe=INTERNAL,create=INTERNAL*x", "fault \"create=INTERNAL*x\": what follows *"},
      {"create=INTERNAL*0", "what follows *"},
      {"create=INTERNAL*", "what follows *"},
      {"create=INTERNAL*99999999", "what follows *"},
      {",", "no such method"},
  };
  for (const Row& row : table) {
    INFO(row.script);
    Faults faults;
    const auto added = faults.add_failures(row.script);
    REQUIRE(!added);
    CHECK(added.error().kind() == base::ErrorKind::invalid);
    CHECK_THAT(added.error().text(), Catch::Contains(row.error));
  }
}
