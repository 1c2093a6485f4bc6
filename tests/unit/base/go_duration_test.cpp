#include "base/go_duration.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;

TEST_CASE("durations are read as Go reads them") {
  struct Row {
    const char* text;
    std::chrono::nanoseconds expected;
  };
  const Row table[] = {
      {"0", 0ns},      {"1s", 1s},   {"1m30s", 90s}, {"300ms", 300ms},
      {"1.5h", 90min}, {"-2s", -2s}, {"+5m", 5min},  {"2us", 2us},
      {"3µs", 3us},    {"7ns", 7ns}, {".5s", 500ms}, {"1h2m3s4ms", 1h + 2min + 3s + 4ms},
      {"15m", 15min},  {"0s", 0s},
  };
  for (const Row& row : table) {
    INFO(row.text);
    const auto parsed = base::parse_go_duration(row.text);
    REQUIRE(parsed.has_value());
    CHECK(parsed.value() == row.expected);
  }
}

TEST_CASE("what is no duration is refused with the reason") {
  struct Row {
    const char* text;
    const char* why;
  };
  const Row table[] = {
      {"", "needs a number"},  {"5", "needs a unit"},     {"5x", "needs a unit"},
      {"s", "number before"},  {"-", "needs a number"},   {"1s5", "needs a unit"},
      {".s", "number before"}, {"3000000h", "292 years"},
  };
  for (const Row& row : table) {
    INFO(row.text);
    const auto parsed = base::parse_go_duration(row.text);
    REQUIRE(parsed.has_error());
    CHECK_THAT(parsed.error().text(), Catch::Contains(row.why));
  }
}

TEST_CASE("durations are written as Go writes them") {
  struct Row {
    std::chrono::nanoseconds duration;
    const char* expected;
  };
  const Row table[] = {
      {0ns, "0s"},       {60s, "1m0s"},    {90s, "1m30s"}, {15min, "15m0s"},
      {300ms, "300ms"},  {1500ms, "1.5s"}, {1h, "1h0m0s"}, {-2s, "-2s"},
      {1500us, "1.5ms"}, {20us, "20µs"},   {7ns, "7ns"},
  };
  for (const Row& row : table) CHECK(base::format_go_duration(row.duration) == row.expected);
}
