#include "kube/http/retry_rule.hpp"

#include <functional>

#include <catch2/catch.hpp>

#include "kube/http/retry_after.hpp"

namespace kube {
namespace {

using namespace std::chrono_literals;

AttemptFacts facts_with(const std::function<void(AttemptFacts&)>& change) {
  AttemptFacts facts;
  change(facts);
  return facts;
}

TEST_CASE("whether and when a request is sent again") {
  struct Row {
    const char* sentence;
    AttemptFacts facts;
    std::optional<std::chrono::seconds> wait;
  };
  const auto answered = [](int status, std::optional<std::chrono::seconds> retry_after) {
    return facts_with([&](AttemptFacts& f) {
      f.status = status;
      f.retry_after = retry_after;
    });
  };
  const auto lost = [](bool reads) {
    return facts_with([&](AttemptFacts& f) {
      f.lost = true;
      f.reads = reads;
    });
  };
  const Row table[] = {
      {"a success stands", answered(200, {}), {}},
      {"even one that names a time", answered(200, 5s), {}},
      {"429 with a time", answered(429, 5s), 5s},
      {"429 without", answered(429, {}), {}},
      {"503 at once", answered(503, 0s), 0s},
      {"500 with a time", answered(500, 1s), 1s},
      {"500 without", answered(500, {}), {}},
      {"404 stands", answered(404, 1s), {}},
      {"409 stands", answered(409, 1s), {}},
      {"a read whose connection broke", lost(true), 1s},
      {"a write whose connection broke may have been done", lost(false), {}},
      {"a connection that could not be made",
       facts_with([](AttemptFacts& f) { f.reads = true; }),
       {}},
      {"what was handed on cannot be unsaid",
       facts_with([](AttemptFacts& f) { f.lost = f.reads = f.spoken = true; }),
       {}},
      {"the tenth attempt is followed by one", facts_with([](AttemptFacts& f) {
         f.tries = 10;
         f.status = 503;
         f.retry_after = 1s;
       }),
       1s},
      {"the eleventh by none",
       facts_with([](AttemptFacts& f) {
         f.tries = 11;
         f.status = 503;
         f.retry_after = 1s;
       }),
       {}},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    CHECK(wait_before_retry(row.facts) == row.wait);
  }
}

TEST_CASE("Retry-After counts only as a whole number of seconds") {
  CHECK(retry_after("0") == 0s);
  CHECK(retry_after("7") == 7s);
  CHECK(retry_after("999999") == 999'999s);
  for (const char* text : {"", "-7", "1.5", " 7", "7s", "1000000", "Fri, 31 Dec 1999 23:59:59 GMT"})
    CHECK_FALSE(retry_after(text).has_value());
}

}  // namespace
}  // namespace kube
