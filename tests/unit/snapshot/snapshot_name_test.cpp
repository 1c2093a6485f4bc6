#include "snapshot/snapshot_name.hpp"

#include <catch2/catch.hpp>

#include "snapshot/readiness_wait.hpp"

using snapshot::NameRule;
using namespace std::chrono_literals;

TEST_CASE("the name that the driver gets is upstream's") {
  struct Row {
    NameRule rule;
    const char* expected;
  };
  const Row table[] = {
      {{"snapshot", -1}, "snapshot-0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"},
      {{"snap", 8}, "snap-0f1e2d3c"},
      {{"snap", 32}, "snap-0f1e2d3c4b5a69788796a5b4c3d2e1f0"},
      {{"s", 1}, "s-0"},
  };
  for (const Row& row : table)
    CHECK(snapshot::snapshot_name(row.rule, "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0").value() ==
          row.expected);
  CHECK(snapshot::snapshot_name({"s", 8}, "short").value() == "s-short");
  CHECK(snapshot::snapshot_name({}, "").error().kind() == base::ErrorKind::invalid);
}

TEST_CASE("a rule that would give two snapshots one name is refused at the start") {
  struct Row {
    NameRule rule;
    const char* why;  // empty: accepted
  };
  const Row table[] = {
      {{"snapshot", -1}, ""},         {{"snapshot", 1}, ""},
      {{"snapshot", 32}, ""},         {{"", -1}, "--snapshot-name-prefix must not be empty"},
      {{"s", 0}, "1 to 32, not 0"},   {{"s", 33}, "1 to 32, not 33"},
      {{"s", -2}, "1 to 32, not -2"},
  };
  for (const Row& row : table) {
    const auto checked = check(row.rule);
    CHECK(checked.has_value() == std::string(row.why).empty());
    if (checked.has_error()) CHECK_THAT(checked.error().text(), Catch::Contains(row.why));
  }
}

TEST_CASE("readiness is looked for after a fifth of the time waited, from a second to a minute") {
  struct Row {
    std::chrono::nanoseconds waited, expected;
  };
  const Row table[] = {{0s, 1s}, {4s, 1s}, {10s, 2s}, {100s, 20s}, {300s, 60s}, {24h, 60s}};
  for (const Row& row : table) CHECK(snapshot::readiness_wait(row.waited) == row.expected);
}
