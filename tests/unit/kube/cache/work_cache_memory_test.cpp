#include <malloc.h>

#include <cstdlib>
#include <new>

#include <catch2/catch.hpp>

#include "kube/cache/work_cache.hpp"
#include "tests/unit/kube/cache/thing.hpp"

// Every byte that C++ code of this program holds on the heap, with what malloc adds by rounding.
// A program of its own, so that the other tests keep the allocator they came with.
namespace {
std::size_t live_bytes = 0;
}  // namespace

void* operator new(std::size_t size) {
  void* memory = std::malloc(size);
  if (!memory) throw std::bad_alloc();
  live_bytes += malloc_usable_size(memory);
  return memory;
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void operator delete(void* memory) noexcept {
  live_bytes -= malloc_usable_size(memory);
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  operator delete(memory);
}

namespace {

kube::WorkCache cache_where(kube::Verdict::Fate fate) {
  const auto classify = [fate](const boost::json::value&) {
    kube::Verdict verdict;
    verdict.fate = fate;
    return verdict;
  };
  return kube::WorkCache(classify, [](const std::string&, kube::News) {});
}

void list_twenty_thousand(kube::WorkCache& cache) {
  cache.begin_list();
  for (int n = 0; n < 20'000; ++n) {
    const std::string number = std::to_string(100'000 + n);
    Thing thing;
    thing.name = "snapcontent-0f3e4bb2-5d21-4c7e-9a33-" + number;
    thing.uid = "7c9e6679-7425-40de-944b-e07fc1-" + number;
    thing.version = number;
    cache.item(thing.json());
  }
  cache.end_list("200000");
}

}  // namespace

TEST_CASE("20,000 settled objects fit into a megabyte, and a relist adds nothing") {
  kube::WorkCache cache = cache_where(kube::Verdict::Fate::settled);
  const std::size_t before = live_bytes;
  list_twenty_thousand(cache);
  const std::size_t listed = live_bytes - before;
  list_twenty_thousand(cache);
  const std::size_t relisted = live_bytes - before;
  CHECK(cache.settled() == 20'000);
  CHECK(listed < 1'000'000);
  CHECK(listed > 20'000 * sizeof(std::uint64_t));  // else nothing was measured
  CHECK(relisted == listed);
}

TEST_CASE("foreign objects cost nothing") {
  kube::WorkCache cache = cache_where(kube::Verdict::Fate::foreign);
  const std::size_t before = live_bytes;
  list_twenty_thousand(cache);
  CHECK(live_bytes == before);
}

TEST_CASE("an object that is settled gives its memory back") {
  bool finished = false;
  const auto classify = [&](const boost::json::value&) {
    kube::Verdict verdict;
    verdict.fate = finished ? kube::Verdict::Fate::settled : kube::Verdict::Fate::unfinished;
    return verdict;
  };
  kube::WorkCache cache(classify, [](const std::string&, kube::News) {});
  Thing thing;
  thing.intent = std::string(100'000, 'x');
  const std::size_t before = live_bytes;
  cache.observe(thing.json());
  CHECK(live_bytes - before > 100'000);
  finished = true;
  thing.version = "11";
  cache.observe(thing.json());
  CHECK(live_bytes - before < 2'000);
}
