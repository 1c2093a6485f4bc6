#include "kube/queue/delay_heap.hpp"

#include <vector>

#include <catch2/catch.hpp>

using namespace std::chrono_literals;

namespace {

constexpr base::Instant start{std::chrono::hours(1)};

std::vector<std::string> pop_all(kube::DelayHeap& heap, base::Instant now) {
  std::vector<std::string> keys;
  while (std::optional<std::string> key = heap.pop(now)) keys.push_back(*std::move(key));
  return keys;
}

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("keys come out when they are due, earliest first, and in order of arrival if equal") {
  kube::DelayHeap heap;
  heap.add("late", start + 3s);
  heap.add("early", start + 1s);
  heap.add("also late", start + 3s);
  heap.add("middle", start + 2s);
  CHECK(heap.next_due() == start + 1s);
  CHECK(pop_all(heap, start + 999ms).empty());
  CHECK(pop_all(heap, start + 2s) == Keys{"early", "middle"});
  CHECK(heap.next_due() == start + 3s);
  CHECK(pop_all(heap, start + 1h) == Keys{"late", "also late"});
  CHECK_FALSE(heap.next_due());
}

TEST_CASE("a key is there once, and can only be brought forward") {
  kube::DelayHeap heap;
  heap.add("a", start + 5s);
  heap.add("a", start + 9s);
  CHECK(heap.next_due() == start + 5s);
  heap.add("a", start + 2s);
  CHECK(heap.next_due() == start + 2s);
  CHECK(heap.size() == 1);
  CHECK(pop_all(heap, start + 1h) == Keys{"a"});
}

TEST_CASE("an erased key does not come out") {
  kube::DelayHeap heap;
  heap.add("a", start + 1s);
  heap.add("b", start + 2s);
  heap.erase("a");
  heap.erase("never there");
  CHECK_FALSE(heap.contains("a"));
  CHECK(pop_all(heap, start + 1h) == Keys{"b"});
}
