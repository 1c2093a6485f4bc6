#include "kube/cache/settled_table.hpp"

#include <vector>

#include <catch2/catch.hpp>

TEST_CASE("a settled object is found by its key, with its uid, state and version") {
  kube::SettledTable table;
  table.put("a", "u1", "10", 3, false);
  REQUIRE(table.find("a"));
  CHECK(table.find("b") == nullptr);
  CHECK(table.find("a")->state == 3);
  CHECK(table.same_uid(*table.find("a"), "u1"));
  CHECK_FALSE(table.same_uid(*table.find("a"), "u2"));
  CHECK(table.erase("a"));
  CHECK_FALSE(table.erase("a"));
  CHECK(table.size() == 0);
}

TEST_CASE("versions of any form are kept exactly") {
  struct Row {
    const char* sentence;
    std::string kept, asked;
    std::partial_ordering expected;
  };
  const Row rows[] = {
      {"newer", "10", "11", std::partial_ordering::greater},
      {"older", "10", "9", std::partial_ordering::less},
      {"the same", "10", "10", std::partial_ordering::equivalent},
      {"19 digits", "9999999999999999998", "9999999999999999999", std::partial_ordering::greater},
      {"20 digits that 64 bits could hold", "18446744073709551614", "18446744073709551615",
       std::partial_ordering::greater},
      {"more than 64 bits", "18446744073709551617", "18446744073709551616",
       std::partial_ordering::less},
      {"no number", "x", "10", std::partial_ordering::unordered},
      {"the same that is no number", "x", "x", std::partial_ordering::equivalent},
      {"no version at all", "", "10", std::partial_ordering::unordered},
  };
  for (const Row& row : rows) {
    INFO(row.sentence);
    kube::SettledTable table;
    table.put("a", "u1", "88888888888888888888", 0, false);
    table.put("a", "u1", row.kept, 0, false);
    CHECK((table.compare(row.asked, "a") == row.expected));
  }
}

TEST_CASE("a list drops what it does not name, unless that is newer than the list") {
  kube::SettledTable table;
  table.put("named", "u1", "10", 1, true);
  table.begin_list();
  table.find("named")->seen = true;
  table.put("old", "u2", "20", 2, false);
  table.put("new", "u3", "21", 3, false);
  table.put("odd", "u4", "x", 4, false);
  std::vector<int> dropped;
  table.end_list("20", [&](std::uint8_t state) { dropped.push_back(state); });
  std::sort(dropped.begin(), dropped.end());
  CHECK(dropped == std::vector<int>{2, 4});
  CHECK(table.find("named"));
  CHECK(table.find("new"));
}
