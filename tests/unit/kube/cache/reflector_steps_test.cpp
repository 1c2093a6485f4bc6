#include "kube/cache/reflector_steps.hpp"

#include <functional>
#include <vector>

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using base::Error;
using base::ErrorKind;
using kube::ListPage;
using kube::ListRequest;
using kube::ReflectorStep;
using kube::ReflectorSteps;
using kube::WatchEnd;
using kube::WatchRequest;

namespace {

// "complete; trouble: ...; wait 800 ms; list at 20 limit 500 continue x", "watch from 20"
std::string words(const ReflectorStep& step) {
  std::string text;
  if (step.list_complete) text += "complete; ";
  if (step.trouble) text += "trouble; ";
  if (step.wait > 0s)
    text += "wait " + std::to_string(std::chrono::nanoseconds(step.wait) / 1ms) + " ms; ";
  if (const auto* watch = std::get_if<WatchRequest>(&step.request))
    return text + "watch from " + watch->resource_version;
  const auto& list = std::get<ListRequest>(step.request);
  text += "list";
  if (!list.resource_version.empty()) text += " at " + list.resource_version;
  if (list.limit != 0) text += " limit " + std::to_string(list.limit);
  if (!list.continue_token.empty()) text += " continue " + list.continue_token;
  return text;
}

// Steps, and a clock that stands still unless a row moves it. Without jitter.
struct Given {
  explicit Given(bool field_selector = false) : steps(options(field_selector), [] { return 0.0; }) {
    steps.start();
  }
  static ReflectorSteps::Options options(bool field_selector) {
    ReflectorSteps::Options options;
    options.collection = "things";
    options.field_selector = field_selector;
    return options;
  }

  ReflectorStep page(const char* version, const char* continue_token = "") {
    ListPage page;
    page.resource_version = version;
    page.continue_token = continue_token;
    return steps.listed(page, now);
  }
  ReflectorStep list_failed(ErrorKind kind) { return steps.list_failed(Error(kind, "no"), now); }
  ReflectorStep watch_failed(ErrorKind kind) { return steps.watch_failed(Error(kind, "no"), now); }
  ReflectorStep ended(WatchEnd::How how, std::chrono::nanoseconds lasted, int delivered,
                      Error error = Error()) {
    WatchEnd end;
    end.how = how;
    end.lasted = lasted;
    end.delivered = static_cast<std::uint64_t>(delivered);
    end.error = std::move(error);
    return steps.watch_ended(end, now);
  }
  ReflectorStep error_event(ErrorKind kind) {
    return ended(WatchEnd::How::refused, 5s, 1, Error(kind, "no"));
  }

  base::Instant now{1h};
  ReflectorSteps steps;
};

constexpr auto clean = WatchEnd::How::clean;
constexpr auto broken = WatchEnd::How::broken;

struct Row {
  const char* sentence;
  std::function<ReflectorStep(Given&)> happens;
  const char* next;
};

void check(const std::vector<Row>& table, bool field_selector, const char* listed_at) {
  for (const Row& row : table) {
    INFO(row.sentence);
    Given given(field_selector);
    if (listed_at) given.page(listed_at);
    CHECK(words(row.happens(given)) == row.next);
  }
}

}  // namespace

TEST_CASE("the first list") {
  CHECK(words(ReflectorSteps(Given::options(false), [] { return 0.0; }).start()) ==
        "list limit 500");
  check(
      {
          {"of one page is complete", [](Given& g) { return g.page("20"); },
           "complete; watch from 20"},
          {"goes on while there is a continue token", [](Given& g) { return g.page("20", "p2"); },
           "list limit 500 continue p2"},
          {"goes on also after a page without items",
           [](Given& g) {
             g.page("20", "p2");
             return g.page("20", "p3");
           },
           "list limit 500 continue p3"},
          {"has the version of its first page",
           [](Given& g) {
             g.page("20", "p2");
             return g.page("25");
           },
           "complete; watch from 20"},
          {"whose pages expire is asked for in one answer",
           [](Given& g) {
             g.page("20", "p2");
             return g.list_failed(ErrorKind::expired);
           },
           "list"},
          {"asked for in one answer is complete again",
           [](Given& g) {
             g.page("20", "p2");
             g.list_failed(ErrorKind::expired);
             return g.page("30");
           },
           "complete; watch from 30"},
          {"that says expired on its first page is trouble",
           [](Given& g) { return g.list_failed(ErrorKind::expired); },
           "trouble; wait 800 ms; list limit 500"},
          {"that fails half-way begins anew",
           [](Given& g) {
             g.page("20", "p2");
             return g.list_failed(ErrorKind::unavailable);
           },
           "trouble; wait 800 ms; list limit 500"},
          {"without a version is no list", [](Given& g) { return g.page(""); },
           "trouble; wait 800 ms; list limit 500"},
          {"that fails waits longer each time",
           [](Given& g) {
             g.list_failed(ErrorKind::forbidden);
             g.now += 800ms;
             return g.list_failed(ErrorKind::not_found);
           },
           "trouble; wait 1600 ms; list limit 500"},
      },
      false, nullptr);
}

TEST_CASE("a list again, of things known up to 20") {
  const auto relist = [](Given& g) { g.watch_failed(ErrorKind::expired); };
  check(
      {
          {"asks for not older than that, without a limit",
           [](Given& g) { return g.steps.start(); }, "list at 20"},
          {"that is complete moves the version",
           [&](Given& g) {
             relist(g);
             return g.page("30");
           },
           "complete; watch from 30"},
          {"of which the version is gone asks for the latest, at once",
           [&](Given& g) {
             relist(g);
             return g.list_failed(ErrorKind::expired);
           },
           "list limit 500"},
          {"asks for not older than the version again, once that has worked",
           [&](Given& g) {
             relist(g);
             g.list_failed(ErrorKind::expired);
             g.page("30");
             return g.steps.start();
           },
           "list at 30"},
          {"of which the pages expire too asks for the latest in one answer",
           [&](Given& g) {
             relist(g);
             g.list_failed(ErrorKind::expired);
             g.page("30", "p2");
             return g.list_failed(ErrorKind::expired);
           },
           "list"},
          {"that is paged although it should not be drops the version on the second page",
           [&](Given& g) {
             relist(g);
             return g.page("30", "p2");
           },
           "list continue p2"},
          {"whose version is malformed does without it",
           [&](Given& g) {
             relist(g);
             return g.list_failed(ErrorKind::invalid);
           },
           "list limit 500"},
          {"that fails is tried again",
           [&](Given& g) {
             g.now += 1h;
             g.steps.start();
             return g.list_failed(ErrorKind::timed_out);
           },
           "trouble; wait 800 ms; list at 20"},
      },
      false, "20");
}

TEST_CASE("a watch from 20 that ends") {
  check(
      {
          {"cleanly after a while goes on at once", [](Given& g) { return g.ended(clean, 1s, 0); },
           "watch from 20"},
          {"cleanly and soon, but with an event, goes on at once",
           [](Given& g) {
             g.steps.event("21");
             return g.ended(clean, 1ms, 1);
           },
           "watch from 21"},
          {"cleanly within a second without an event backs off and lists",
           [](Given& g) { return g.ended(clean, 999ms, 0); }, "trouble; wait 800 ms; list at 20"},
          {"by breaking off goes on at once", [](Given& g) { return g.ended(broken, 5s, 2); },
           "watch from 20"},
          {"by breaking off at once goes on at once, the first time",
           [](Given& g) { return g.ended(broken, 1ms, 0); }, "watch from 20"},
          {"by breaking off at once repeatedly backs off, and does not list",
           [](Given& g) {
             g.ended(broken, 1ms, 0);
             return g.ended(broken, 1ms, 0);
           },
           "trouble; wait 800 ms; watch from 20"},
          {"by breaking off at once, after one that worked, goes on at once",
           [](Given& g) {
             g.ended(broken, 1ms, 0);
             g.ended(broken, 60s, 0);
             return g.ended(broken, 1ms, 0);
           },
           "watch from 20"},
          {"because its version is too old lists, which is no trouble",
           [](Given& g) { return g.error_event(ErrorKind::expired); }, "wait 800 ms; list at 20"},
          {"because of too many requests keeps its version",
           [](Given& g) { return g.error_event(ErrorKind::throttled); },
           "trouble; wait 800 ms; watch from 20"},
          {"with an internal error lists",
           [](Given& g) { return g.error_event(ErrorKind::internal); },
           "trouble; wait 800 ms; list at 20"},
          {"with any other error lists",
           [](Given& g) { return g.error_event(ErrorKind::forbidden); },
           "trouble; wait 800 ms; list at 20"},
          {"with what is no event lists",
           [](Given& g) {
             return g.ended(WatchEnd::How::garbled, 5s, 3, Error(ErrorKind::malformed, "no JSON"));
           },
           "trouble; wait 800 ms; list at 20"},
      },
      false, "20");
}

TEST_CASE("a watch from 20 that does not begin") {
  check(
      {
          {"because nobody listens is tried again, without a list",
           [](Given& g) { return g.watch_failed(ErrorKind::unavailable); },
           "trouble; wait 800 ms; watch from 20"},
          {"because of too many requests is tried again, without a list",
           [](Given& g) { return g.watch_failed(ErrorKind::throttled); },
           "trouble; wait 800 ms; watch from 20"},
          {"because its version is too old lists, which is no trouble",
           [](Given& g) { return g.watch_failed(ErrorKind::expired); }, "wait 800 ms; list at 20"},
          {"for any other reason lists",
           [](Given& g) { return g.watch_failed(ErrorKind::forbidden); },
           "trouble; wait 800 ms; list at 20"},
          {"for lack of an answer lists",
           [](Given& g) { return g.watch_failed(ErrorKind::timed_out); },
           "trouble; wait 800 ms; list at 20"},
      },
      false, "20");
}

TEST_CASE("the version moves by events, bookmarks and complete lists, and by nothing else") {
  check(
      {
          {"events and bookmarks move it",
           [](Given& g) {
             g.steps.event("21");
             g.steps.event("25");
             return g.ended(clean, 5s, 2);
           },
           "watch from 25"},
          {"an event without a version does not",
           [](Given& g) {
             g.steps.event("");
             return g.ended(clean, 5s, 1);
           },
           "watch from 20"},
          {"a page of a list that is not complete does not",
           [](Given& g) {
             g.steps.start();
             g.page("30", "p2");
             return g.list_failed(ErrorKind::internal);
           },
           "trouble; wait 800 ms; list at 20"},
      },
      false, "20");
}

TEST_CASE("a field selector that the server does not know") {
  check(
      {
          {"is left out at once", [](Given& g) { return g.list_failed(ErrorKind::invalid); },
           "list limit 500"},
          {"is not to blame if the list without it fails too",
           [](Given& g) {
             g.list_failed(ErrorKind::invalid);
             return g.list_failed(ErrorKind::invalid);
           },
           "trouble; wait 800 ms; list limit 500"},
      },
      true, nullptr);

  Given given(true);
  CHECK(given.steps.uses_field_selector());
  given.list_failed(ErrorKind::unavailable);
  CHECK(given.steps.uses_field_selector());
  given.list_failed(ErrorKind::invalid);
  CHECK_FALSE(given.steps.uses_field_selector());
  given.list_failed(ErrorKind::unavailable);
  CHECK(given.steps.uses_field_selector());
  given.list_failed(ErrorKind::invalid);
  given.page("20", "p2");
  given.list_failed(ErrorKind::unavailable);
  CHECK_FALSE(given.steps.uses_field_selector());
  given.page("30");
  given.steps.start();
  given.list_failed(ErrorKind::invalid);
  CHECK_FALSE(given.steps.uses_field_selector());
  REQUIRE(given.steps.selector_refusal());
  CHECK(given.steps.selector_refusal()->text() == "no");
}

TEST_CASE("a wait is stretched by chance and by what the server asks for") {
  struct Case {
    const char* sentence;
    double chance;
    std::optional<std::chrono::milliseconds> retry_after;
    std::chrono::nanoseconds expected;
  };
  const Case table[] = {
      {"at least the plain wait", 0.0, std::nullopt, 800ms},
      {"up to twice as long", 0.75, std::nullopt, 1400ms},
      {"as long as the server asks for", 0.0, 7s, 7s},
      {"not shorter because of the server", 0.5, 1s, 1200ms},
      {"not for a day, whatever the server says", 0.0, 24h, 5min},
  };
  for (const Case& row : table) {
    INFO(row.sentence);
    ReflectorSteps steps(Given::options(false), [&] { return row.chance; });
    steps.start();
    Error error(ErrorKind::throttled, "no");
    if (row.retry_after) error = error.with_retry_after(*row.retry_after);
    CHECK(steps.list_failed(error, base::Instant(1h)).wait == row.expected);
  }
}

TEST_CASE("watches run between 240 and 290 seconds") {
  for (const auto& [chance, expected] : {std::pair(0.0, 240s), {0.5, 265s}, {0.9999, 290s}}) {
    ReflectorSteps steps(Given::options(false), [chance = chance] { return chance; });
    steps.start();
    ListPage page;
    page.resource_version = "20";
    const ReflectorStep step = steps.listed(page, base::Instant(1h));
    CHECK(std::get<WatchRequest>(step.request).timeout == expected);
  }
}

TEST_CASE("troubles of our own making name the collection") {
  Given given;
  CHECK(given.page("").trouble->text() == "list things: the answer has no resourceVersion");
  given.page("20");
  CHECK(given.ended(clean, 0s, 0).trouble->text() ==
        "watch things: it ended within a second and brought nothing");
}
