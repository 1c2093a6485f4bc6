#include "kube/cache/gone_objects.hpp"

#include <catch2/catch.hpp>

TEST_CASE("what is gone, and what only seemed so") {
  struct Row {
    const char* sentence;
    std::string deleted_at, seen_at;
    bool gone;
  };
  const Row table[] = {
      {"a state from before the deletion is gone", "20", "19", true},
      {"the state that the deletion shows is gone", "20", "20", true},
      {"a newer state has come back into the selection", "20", "21", false},
      {"after a 404 nothing is newer", "", "99", true},
      {"versions that cannot be compared do not revive", "20", "x", true},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    kube::GoneObjects gone;
    gone.add("u1", row.deleted_at);
    CHECK(gone.gone("u1", row.seen_at) == row.gone);
    CHECK_FALSE(gone.gone("u2", row.seen_at));
  }
}

TEST_CASE("a thousand and twenty-four are remembered, then the oldest makes room") {
  kube::GoneObjects gone;
  for (int n = 0; n < 1024; ++n) gone.add("u" + std::to_string(n), "20");
  gone.add("u0", "30");  // known already: takes no room
  CHECK(gone.gone("u0", "30"));
  CHECK(gone.gone("u1023", "20"));
  gone.add("one more", "20");
  gone.add("and one more", "20");
  CHECK_FALSE(gone.gone("u0", "20"));
  CHECK_FALSE(gone.gone("u1", "20"));
  CHECK(gone.gone("u2", "20"));
  CHECK(gone.gone("one more", "20"));
}
