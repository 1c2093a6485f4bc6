#include "csi/snapshot_reply.hpp"

#include <functional>

#include <catch2/catch.hpp>

#include "csi-spec/csi.pb.h"
#include "tests/support/result_printer.hpp"

namespace {

using Change = std::function<void(csi::v1::Snapshot&)>;

csi::v1::Snapshot reported_with(const Change& change) {
  csi::v1::Snapshot snapshot;
  snapshot.set_snapshot_id("s-1");
  snapshot.set_source_volume_id("vol-1");
  change(snapshot);
  return snapshot;
}

Change created_at(std::int64_t seconds, std::int32_t nanos) {
  return [=](csi::v1::Snapshot& snapshot) {
    snapshot.mutable_creation_time()->set_seconds(seconds);
    snapshot.mutable_creation_time()->set_nanos(nanos);
  };
}

}  // namespace

TEST_CASE("a believable snapshot is taken over as it is") {
  csi::v1::Snapshot reported = reported_with(created_at(1'700'000'000, 5));
  reported.set_size_bytes(4096);
  reported.set_ready_to_use(true);
  reported.set_group_snapshot_id("g-1");
  csi::Snapshot expected;
  expected.snapshot_id = "s-1";
  expected.source_volume_id = "vol-1";
  expected.size_bytes = 4096;
  expected.creation_time_ns = 1'700'000'000'000'000'005;
  expected.ready_to_use = true;
  expected.group_snapshot_id = "g-1";
  CHECK(csi::checked_snapshot(reported).value() == expected);
}

TEST_CASE("a snapshot is believed only if it can be true") {
  struct Row {
    const char* sentence;
    Change change;
    const char* error;  // empty: it is believed
  };
  const Row table[] = {
      {"a snapshot without id", [](auto& s) { s.clear_snapshot_id(); }, "without an id"},
      {"a snapshot of unknown size", [](auto& s) { s.set_size_bytes(0); }, ""},
      {"a negative size", [](auto& s) { s.set_size_bytes(-1); },
       "\"s-1\" of negative size: -1 bytes"},
      {"the first instant that nanoseconds can hold", created_at(-9'223'372'035, 0), ""},
      {"the last instant that nanoseconds can hold", created_at(9'223'372'035, 999'999'999), ""},
      {"a time before that", created_at(-9'223'372'037, 0), "impossible creation time"},
      {"a time after that", created_at(9'223'372'037, 0), "impossible creation time"},
      {"negative nanoseconds", created_at(5, -1), "impossible creation time: 5 s and -1 ns"},
      {"nanoseconds that make a second", created_at(5, 1'000'000'000), "impossible creation time"},
      {"the zero time, but for a nanosecond", created_at(-62'135'596'800, 1),
       "impossible creation time"},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    const auto snapshot = csi::checked_snapshot(reported_with(row.change));
    if (row.error[0] == '\0') {
      CHECK(snapshot);
      continue;
    }
    REQUIRE(!snapshot);
    CHECK(snapshot.error().kind() == base::ErrorKind::malformed);
    CHECK_THAT(snapshot.error().text(), Catch::Contains(row.error));
  }
}

TEST_CASE("a creation time may be absent, and Go's zero time means just that") {
  const auto silent = csi::checked_snapshot(reported_with([](auto&) {}));
  CHECK(!silent.value().creation_time_ns);
  const auto zero = csi::checked_snapshot(reported_with(created_at(-62'135'596'800, 0)));
  CHECK(!zero.value().creation_time_ns);
  const auto epoch = csi::checked_snapshot(reported_with(created_at(0, 0)));
  CHECK(epoch.value().creation_time_ns == 0);
}
