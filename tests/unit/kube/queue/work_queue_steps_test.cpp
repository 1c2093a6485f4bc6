#include "kube/queue/work_queue_steps.hpp"

#include <functional>
#include <vector>

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using kube::Outcome;
using kube::Urgency;

namespace {

constexpr base::Instant start{std::chrono::hours(1)};
constexpr kube::BackoffOptions backoff{1s, 1min};

using Keys = std::vector<std::string>;
using Nanoseconds = std::chrono::nanoseconds;

// A queue and the time, so that a row of a table is a line of calls.
struct Given {
  kube::WorkQueueSteps queue{backoff};
  base::Instant now = start;

  std::string get() { return queue.get(now).value_or("nothing"); }
  void done(const char* key, Outcome outcome = Outcome::done()) { queue.done(key, outcome, now); }
  void add_after(const char* key, Nanoseconds wait) { queue.add_after(key, wait, now); }
  void fail(const char* key) {
    queue.add(key, Urgency::news);
    get();
    done(key, Outcome::failed());
  }
  Keys drain() {
    Keys keys;
    while (std::optional<std::string> key = queue.get(now)) keys.push_back(*std::move(key));
    return keys;
  }
};

}  // namespace

TEST_CASE("what is handed out after a line of calls") {
  struct Row {
    const char* sentence;
    std::function<void(Given&)> calls;
    Keys expected;
  };
  const Row table[] = {
      {"nothing comes of nothing", [](Given&) {}, {}},
      {"keys come in the order they were added",
       [](Given& g) {
         g.queue.add("b", Urgency::news);
         g.queue.add("a", Urgency::routine);
       },
       {"b", "a"}},
      {"many adds are one run",
       [](Given& g) {
         for (int n = 0; n < 3; ++n) g.queue.add("a", Urgency::news);
       },
       {"a"}},
      {"a key in hand is not handed out again",
       [](Given& g) {
         g.queue.add("a", Urgency::news);
         g.get();
         g.queue.add("a", Urgency::news);
       },
       {}},
      {"adds while in hand are one run more",
       [](Given& g) {
         g.queue.add("a", Urgency::news);
         g.get();
         g.queue.add("a", Urgency::routine);
         g.queue.add("a", Urgency::routine);
         g.done("a");
       },
       {"a"}},
      {"a key that is done does not come again",
       [](Given& g) {
         g.queue.add("a", Urgency::news);
         g.get();
         g.done("a");
         g.now += 1h;
       },
       {}},
      {"a failed key waits", [](Given& g) { g.fail("a"); }, {}},
      {"a failed key comes when its time has come",
       [](Given& g) {
         g.fail("a");
         g.now += 1s;
       },
       {"a"}},
      {"a refresh does not cut the backoff short",
       [](Given& g) {
         g.fail("a");
         g.queue.add("a", Urgency::routine);
       },
       {}},
      {"a refresh is not lost over the backoff, and does not double the run",
       [](Given& g) {
         g.fail("a");
         g.queue.add("a", Urgency::routine);
         g.now += 1s;
       },
       {"a"}},
      {"news ends the backoff",
       [](Given& g) {
         g.fail("a");
         g.queue.add("a", Urgency::news);
       },
       {"a"}},
      {"a run made early by news takes the place of the delayed one",
       [](Given& g) {
         g.fail("a");
         g.queue.add("a", Urgency::news);
         g.get();
         g.done("a");
         g.now += 1h;
       },
       {}},
      {"a refresh while in hand waits out the failure that follows",
       [](Given& g) {
         g.queue.add("a", Urgency::news);
         g.get();
         g.queue.add("a", Urgency::routine);
         g.done("a", Outcome::failed());
       },
       {}},
      {"news while in hand does not wait for the failure that follows",
       [](Given& g) {
         g.queue.add("a", Urgency::news);
         g.get();
         g.queue.add("a", Urgency::routine);
         g.queue.add("a", Urgency::news);
         g.done("a", Outcome::failed());
       },
       {"a"}},
      {"a wait for readiness is not cut short by a refresh either",
       [](Given& g) {
         g.queue.add("a", Urgency::news);
         g.get();
         g.done("a", Outcome::again_after(1min));
         g.queue.add("a", Urgency::routine);
         g.now += 59s;
       },
       {}},
      {"a wait of nothing is another run now",
       [](Given& g) {
         g.queue.add("a", Urgency::news);
         g.get();
         g.done("a", Outcome::again_after(0s));
       },
       {"a"}},
      {"the peer's Retry-After outlasts the backoff",
       [](Given& g) {
         g.queue.add("a", Urgency::news);
         g.get();
         g.done("a", Outcome::failed(30s));
         g.now += 29s;
       },
       {}},
      {"a timer that rings while its key is in hand is one run more",
       [](Given& g) {
         g.queue.add("a", Urgency::news);
         g.get();
         g.add_after("a", 1s);
         g.now += 1s;
         g.get();
         g.done("a");
       },
       {"a"}},
      {"a timer set for a queued key stays set",
       [](Given& g) {
         g.queue.add("a", Urgency::news);
         g.add_after("a", 1s);
         g.get();
         g.done("a");
         g.now += 1s;
       },
       {"a"}},
      {"a delay of ever and a day neither rings nor overflows",
       [](Given& g) {
         g.add_after("a", Nanoseconds::max());
         g.now += std::chrono::hours(24 * 365);
       },
       {}},
      {"after a shutdown nothing is handed out",
       [](Given& g) {
         g.queue.add("a", Urgency::news);
         g.add_after("b", 1s);
         g.queue.shut_down();
         g.queue.add("c", Urgency::news);
         g.now += 1h;
       },
       {}},
      {"a key that fails after the shutdown stays away",
       [](Given& g) {
         g.queue.add("a", Urgency::news);
         g.get();
         g.queue.add("a", Urgency::news);
         g.queue.shut_down();
         g.done("a", Outcome::failed());
         g.now += 1h;
       },
       {}},
      {"done() for a key that is not in hand is nothing",
       [](Given& g) {
         g.done("a", Outcome::failed());
         g.now += 1h;
       },
       {}},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    Given given;
    row.calls(given);
    CHECK(given.drain() == row.expected);
  }
}

TEST_CASE("failures go on counting through news, and only success ends them") {
  Given given;
  given.fail("a");
  given.fail("a");
  CHECK(given.queue.backoff().failures("a") == 2);
  given.queue.add("a", Urgency::news);
  CHECK(given.queue.backoff().failures("a") == 2);
  given.get();
  given.done("a", Outcome::again_after(1s));
  CHECK(given.queue.backoff().failures("a") == 0);
}
