#include "devcluster/apiserver/human_duration.hpp"

#include <catch2/catch.hpp>

#include "devcluster/apiserver/rfc3339.hpp"

namespace devcluster::apiserver {

using namespace std::chrono_literals;

TEST_CASE("an age is shown as kubectl shows it") {
  struct Row {
    std::chrono::seconds age;
    const char* expected;
  };
  const std::chrono::seconds day = 24h;
  const Row row = GENERATE_COPY(values<Row>({
      {-2s, "<invalid>"},
      {-1s, "0s"},
      {0s, "0s"},
      {119s, "119s"},
      {2min, "2m"},
      {5min + 12s, "5m12s"},
      {9min + 59s, "9m59s"},
      {10min + 30s, "10m"},
      {179min, "179m"},
      {3h, "3h"},
      {3h + 7min, "3h7m"},
      {7h + 59min, "7h59m"},
      {8h + 59min, "8h"},
      {47h, "47h"},
      {48h, "2d"},
      {49h, "2d1h"},
      {7 * day + 23h, "7d23h"},
      {8 * day + 23h, "8d"},
      {729 * day, "729d"},
      {730 * day, "2y"},
      {750 * day, "2y20d"},
      {2919 * day, "7y364d"},
      {2920 * day, "8y"},
      {3000 * day, "8y"},
  }));
  CHECK(human_duration(row.age) == row.expected);
}

TEST_CASE("the age of a time") {
  const auto now = parse_rfc3339("2026-01-31T12:00:00Z").value();
  CHECK(human_age("2026-01-31T11:54:48Z", now) == "5m12s");
  CHECK(human_age("", now) == "<unknown>");
  CHECK(human_age("yesterday", now) == "<invalid>");
}

}  // namespace devcluster::apiserver
