#include "kube/events/event_correlator.hpp"

#include <functional>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/kube/events/content_event.hpp"

namespace {

using namespace std::chrono_literals;
using kube::CorrelatedEvent;
using kube::Event;
using kube::test::failure;

// One event, so long after the one before, and what is to come of it.
struct Told {
  std::chrono::nanoseconds after;
  Event event;
  std::string expected;
};

Event with(std::function<void(Event&)> change) {
  Event event = failure("no space");
  change(event);
  return event;
}

std::string said(const CorrelatedEvent& correlated) {
  const char* const deeds[] = {"post", "patch", "drop"};
  return deeds[static_cast<int>(correlated.deed)] + (" " + std::to_string(correlated.count)) + " " +
         correlated.event.message;
}

// What comes of `count` events that differ from one another.
void tell_apart(kube::EventCorrelator& correlator, int count, base::Instant now) {
  for (int n = 1; n <= count; ++n)
    correlator.correlate(failure("message " + std::to_string(n)), now);
}

constexpr base::Instant start{1000h};

}  // namespace

TEST_CASE("the same again is a higher count") {
  struct Row {
    const char* sentence;
    std::vector<Told> events;
  };
  const Row table[] = {
      {"the first is posted", {{0s, failure("no space"), "post 1 no space"}}},
      {"the same again is counted",
       {{0s, failure("no space"), "post 1 no space"},
        {1s, failure("no space"), "patch 2 no space"},
        {24h, failure("no space"), "patch 3 no space"}}},
      {"another message is another event",
       {{0s, failure("no space"), "post 1 no space"},
        {0s, failure("no route"), "post 1 no route"},
        {0s, failure("no space"), "patch 2 no space"}}},
      {"so is another reason",
       {{0s, failure("no space"), "post 1 no space"},
        {0s, failure("no space", "SnapshotDeleteError"), "post 1 no space"}}},
      {"another severity",
       {{0s, failure("no space"), "post 1 no space"},
        {0s, with([](Event& e) { e.severity = kube::EventSeverity::normal; }), "post 1 no space"}}},
      {"another object",
       {{0s, failure("no space"), "post 1 no space"},
        {0s, with([](Event& e) { e.about.name = "content-2"; }), "post 1 no space"}}},
      {"another object of the same name",
       {{0s, failure("no space"), "post 1 no space"},
        {0s, with([](Event& e) { e.about.uid = "other"; }), "post 1 no space"}}},
      {"but not another version of the same object",
       {{0s, failure("no space"), "post 1 no space"},
        {0s, with([](Event& e) { e.about.resource_version = "8"; }), "patch 2 no space"}}},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    kube::EventCorrelator correlator;
    base::Instant now = start;
    for (const Told& told : row.events)
      CHECK(said(correlator.correlate(told.event, now += told.after)) == told.expected);
  }
}

TEST_CASE("a repeated event keeps the name and the first time of the object it is") {
  kube::EventCorrelator correlator;
  const Event first = failure("no space");
  Event second = first;
  second.at += 5min;
  const CorrelatedEvent posted = correlator.correlate(first, start);
  const CorrelatedEvent patched = correlator.correlate(second, start + 5min);
  CHECK(posted.name == "content-1.187aa1b4574fc000");
  CHECK(patched.name == posted.name);
  CHECK(patched.first == first.at);
  CHECK(patched.event.at == second.at);
}

TEST_CASE("many different messages for one reason become one event") {
  struct Row {
    const char* sentence;
    int before;  // different messages at the start
    std::vector<Told> then;
  };
  const Row table[] = {
      {"nine have an event each", 8, {{0s, failure("new"), "post 1 new"}}},
      {"the tenth is combined",
       9,
       {{0s, failure("new"), "post 1 (combined from similar events): new"}}},
      {"with all that follow, which are counted together",
       9,
       {{0s, failure("a"), "post 1 (combined from similar events): a"},
        {1s, failure("b"), "patch 2 (combined from similar events): b"},
        {1s, failure("b"), "patch 3 (combined from similar events): b"}}},
      {"a message that has its own event goes on to be counted there",
       9,
       {{0s, failure("a"), "post 1 (combined from similar events): a"},
        {1s, failure("message 3"), "patch 2 message 3"}}},
      {"another reason has its own nine",
       9,
       {{0s, failure("new", "SnapshotDeleteError"), "post 1 new"}}},
      {"ten minutes of pause change nothing",
       9,
       {{10min, failure("new"), "post 1 (combined from similar events): new"}}},
      {"more than that begins anew", 9, {{10min + 1ns, failure("new"), "post 1 new"}}},
      {"the pause is counted from the last of them, not from the first",
       9,
       {{9min, failure("a"), "post 1 (combined from similar events): a"},
        {9min, failure("b"), "patch 2 (combined from similar events): b"}}},
      {"the next combined one, later, is the same object",
       9,
       {{0s, failure("a"), "post 1 (combined from similar events): a"},
        {1h, failure("b"), "post 1 b"}}},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    kube::EventCorrelator correlator;
    tell_apart(correlator, row.before, start);
    base::Instant now = start;
    for (const Told& told : row.then)
      CHECK(said(correlator.correlate(told.event, now += told.after)) == told.expected);
  }
}

TEST_CASE("a subject has 25 events at once, then one every five minutes") {
  kube::EventCorrelator correlator;
  for (int n = 1; n <= 25; ++n)
    CHECK(correlator.correlate(failure("no space"), start).deed != CorrelatedEvent::Deed::drop);
  struct Row {
    const char* sentence;
    base::Instant at;
    Event event;
    std::string expected;
  };
  const Row table[] = {
      {"the 26th is dropped", start, failure("no space"), "drop 26 no space"},
      {"of whatever reason", start, failure("x", "SnapshotDeleteError"), "drop 1 x"},
      {"also just before the five minutes are over", start + 299s, failure("no space"),
       "drop 27 no space"},
      {"then one gets through, with all that were dropped", start + 300s, failure("no space"),
       "patch 28 no space"},
      {"and no other", start + 300s, failure("no space"), "drop 29 no space"},
      {"except about another object", start + 300s,
       with([](Event& e) { e.about = kube::test::content("content-2"); }), "post 1 no space"},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    CHECK(said(correlator.correlate(row.event, row.at)) == row.expected);
  }
}

TEST_CASE("what is remembered is bounded") {
  kube::EventCorrelator correlator;
  CHECK(correlator.remembered() == 0);
  const auto about = [](int n) {
    return with([n](Event& e) { e.about = kube::test::content(std::to_string(n)); });
  };
  for (int n = 0; n < 5000; ++n) correlator.correlate(about(n), start);
  CHECK(correlator.remembered() == 3 * 4096);
  CHECK(said(correlator.correlate(about(4999), start)) == "patch 2 no space");
  CHECK(said(correlator.correlate(about(0), start)) == "post 1 no space");  // forgotten
}
