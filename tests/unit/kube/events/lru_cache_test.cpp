#include "kube/events/lru_cache.hpp"

#include <catch2/catch.hpp>

TEST_CASE("the value that was not asked for the longest makes room") {
  kube::LruCache<int> cache(2);
  cache.touch(1) = 10;
  cache.touch(2) = 20;
  CHECK(cache.touch(1) == 10);  // now 2 is the oldest
  cache.touch(3) = 30;
  CHECK(cache.size() == 2);
  CHECK(cache.touch(1) == 10);
  CHECK(cache.touch(2) == 0);  // forgotten, and begun anew
  CHECK(cache.size() == 2);
}
