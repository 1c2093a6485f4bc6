#include "devcluster/apiserver/rfc3339.hpp"

#include <catch2/catch.hpp>

namespace devcluster::apiserver {

TEST_CASE("a time is read, or refused") {
  struct Row {
    const char* sentence;
    const char* text;
    std::optional<std::int64_t> expected;  // seconds since 1970
  };
  const Row row = GENERATE(values<Row>({
      {"in UTC", "2026-01-31T12:00:00Z", 1769860800},
      {"the fraction is cut off", "2026-01-31T12:00:00.999999999Z", 1769860800},
      {"east of Greenwich", "2026-01-31T13:30:00+01:30", 1769860800},
      {"west of Greenwich", "2026-01-31T07:00:00-05:00", 1769860800},
      {"in small letters", "2026-01-31t12:00:00z", 1769860800},
      {"a leap day", "2024-02-29T00:00:00Z", 1709164800},
      {"no leap day", "2026-02-29T00:00:00Z", std::nullopt},
      {"no such hour", "2026-01-31T24:00:00Z", std::nullopt},
      {"no zone", "2026-01-31T12:00:00", std::nullopt},
      {"a date alone", "2026-01-31", std::nullopt},
      {"something behind", "2026-01-31T12:00:00Zx", std::nullopt},
      {"a fraction without digits", "2026-01-31T12:00:00.Z", std::nullopt},
      {"nothing", "", std::nullopt},
      {"a word", "yesterday", std::nullopt},
  }));
  INFO(row.sentence);
  const auto time = parse_rfc3339(row.text);
  REQUIRE(time.has_value() == row.expected.has_value());
  if (time) CHECK(time->time_since_epoch().count() == *row.expected);
}

}  // namespace devcluster::apiserver
