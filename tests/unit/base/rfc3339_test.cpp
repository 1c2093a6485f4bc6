#include "base/rfc3339.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;

TEST_CASE("the times of the API server are read, and nothing else") {
  struct Row {
    const char* text;
    std::optional<base::WallTime> time;
  };
  const base::WallTime epoch;
  const Row table[] = {
      {"1970-01-01T00:00:00Z", epoch},
      {"2026-01-31T12:00:01Z", epoch + 1769860801s},
      {"2024-02-29T23:59:59Z", epoch + 1709251199s},
      {"2026-01-31T12:00:00+01:00", std::nullopt},
      {"2026-01-31T12:00:00Z and more", std::nullopt},
      {"2026-01-31", std::nullopt},
      {"yesterday", std::nullopt},
      {"", std::nullopt},
  };
  for (const Row& row : table) {
    INFO(row.text);
    CHECK(base::parse_metadata_time(row.text) == row.time);
  }
}
