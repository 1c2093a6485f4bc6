#include "base/vmodule.hpp"

#include <catch2/catch.hpp>

#include "tests/support/result_printer.hpp"

TEST_CASE("a file has the level of the first pattern that matches its name") {
  struct Row {
    const char* sentence;
    const char* list;
    const char* path;
    int most;  // the highest level wanted; -1: none
  };
  const Row table[] = {
      {"the name alone counts", "performer=4", "../sidecar/performer.cpp", 4},
      {"a header too", "performer=4", "sidecar/performer.hpp", 4},
      {"any characters", "content_*=5", "sidecar/content_pass.cpp", 5},
      {"one character", "ter?=1", "term.cpp", 1},
      {"a class of characters", "[st]erm=2", "term.cpp", 2},
      {"the whole name must match", "perform=4", "performer.cpp", -1},
      {"the extension is not part of it", "performer.cpp=4", "performer.cpp", -1},
      {"the first that matches", "term=1,t*=5", "term.cpp", 1},
      {"a later one for another file", "term=1,t*=5", "table.cpp", 5},
      {"level 0", "term=0", "term.cpp", 0},
      {"commas too many", ",term=3,,", "term.cpp", 3},
      {"no patterns", "", "term.cpp", -1},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    base::Vmodule vmodule;
    REQUIRE(vmodule.add(row.list).has_value());
    for (const int level : {0, 1, 2, 3, 4, 5, 6})
      CHECK(vmodule.wants(level, row.path) == (level <= row.most));
  }
}

TEST_CASE("what is not pattern=N is refused and changes nothing") {
  for (const char* list : {"term", "term=", "=3", "term=x", "term=-1", "term=-0", "term=1=2",
                           "term=2147483648", "table=1,term"}) {
    INFO(list);
    base::Vmodule vmodule;
    const auto added = vmodule.add(list);
    REQUIRE(added.has_error());
    CHECK_THAT(added.error().text(), Catch::Contains("pattern=N"));
    CHECK(vmodule.empty());
  }
}
