#include "kube/events/event_broadcaster.hpp"

#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>

#include "base/json.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_objects.hpp"
#include "tests/unit/kube/events/content_event.hpp"

namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using namespace std::chrono_literals;
using base::Error;
using base::ErrorKind;
using kube::EventSeverity;
using Trace = std::vector<std::string>;

// An API server whose answers take their time.
class SlowObjects final : public kube::Objects {
 public:
  SlowObjects(kube::Objects& behind, base::Clock& clock) : behind_(behind), clock_(clock) {}

  std::chrono::nanoseconds takes{0};

  using Reply = base::Result<json::value>;
  asio::awaitable<Reply> get(kube::ObjectPath path) override { return behind_.get(path); }
  asio::awaitable<Reply> patch(kube::ObjectPath path, kube::Patch change) override {
    if (takes > 0ns) co_await clock_.sleep(takes);
    co_return co_await behind_.patch(std::move(path), std::move(change));
  }
  asio::awaitable<Reply> create(kube::ObjectPath path, json::value object) override {
    if (takes > 0ns) co_await clock_.sleep(takes);
    co_return co_await behind_.create(std::move(path), std::move(object));
  }
  asio::awaitable<Reply> replace(kube::ObjectPath path, boost::json::value object) override {
    return behind_.replace(std::move(path), std::move(object));
  }
  asio::awaitable<base::Result<void>> remove(kube::ObjectPath path, std::string uid) override {
    return behind_.remove(std::move(path), std::move(uid));
  }

 private:
  kube::Objects& behind_;
  base::Clock& clock_;
};

// A broadcaster before an API server in memory. Its first pause is 2.5 s.
class Station {
 public:
  Station() { run(); }

  void run() {
    ended = false;
    aborted = false;
    auto on_end = [this](std::exception_ptr why) {
      ended = true;
      aborted = why != nullptr;
    };
    asio::co_spawn(io, broadcaster.run(), asio::bind_cancellation_slot(stop.slot(), on_end));
    clock.settle();
  }
  void record(const std::string& message) {
    broadcaster.record(kube::test::content(), EventSeverity::warning, "SnapshotDeleteError",
                       message);
  }
  void tell(const std::string& message) {
    record(message);
    clock.settle();
  }
  void fail(const std::string& verb, ErrorKind kind, int times = 1) {
    for (int n = 0; n < times; ++n) memory.fail_next(verb, Error(kind, "scripted"));
  }
  int logged(const std::string& text) const {
    int count = 0;
    for (std::size_t at = log.find(text); at != log.npos; at = log.find(text, at + 1)) ++count;
    return count;
  }

  asio::io_context io;
  ManualClock clock{io};
  std::string log;
  base::Logger logger{clock, {}, [this](std::string_view line) { log += line; }};
  Trace trace;
  tests::MemoryObjects memory{trace};
  SlowObjects api{memory, clock};
  kube::EventBroadcaster broadcaster{
      {io.get_executor(), api, clock, logger}, "csi-snapshotter a", [] { return 0.25; }};
  asio::cancellation_signal stop;
  bool ended = false;
  bool aborted = false;
};

const std::string first_name = "content-1.187aa1b4574fc000";

}  // namespace

TEST_CASE("an event is posted, and its repetition patched") {
  Station station;
  station.tell("no space");
  REQUIRE(station.memory.find(first_name));
  CHECK(base::text(*station.memory.find(first_name), "source", "component") == "csi-snapshotter a");
  station.clock.advance(40s);
  station.tell("no space");
  CHECK(station.trace == Trace{"create", "patch object"});
  const json::value& event = *station.memory.find(first_name);
  CHECK(event.at("count") == 2);
  CHECK(base::text(event, "firstTimestamp") == "2025-11-23T12:13:20Z");
  CHECK(base::text(event, "lastTimestamp") == "2025-11-23T12:14:00Z");
}

TEST_CASE("events of one instant have names of their own") {
  Station station;
  station.tell("a");
  station.tell("b");
  CHECK(station.memory.find(first_name));
  CHECK(station.memory.find("content-1.187aa1b4574fc001"));
}

TEST_CASE("what becomes of an event that is refused") {
  struct Row {
    const char* sentence;
    std::vector<std::pair<std::string, ErrorKind>> faults;
    std::chrono::nanoseconds passes;
    Trace trace;
    bool lost;
  };
  const ErrorKind away = ErrorKind::unavailable;
  const Row table[] = {
      {"the server is away for a moment", {{"create", away}}, 2500ms, {"create", "create"}, false},
      {"it is not asked earlier", {{"create", away}}, 2499ms, {"create"}, false},
      {"nor earlier than ten seconds the next time",
       {{"create", away}, {"create", ErrorKind::timed_out}},
       2500ms + 9s,
       {"create", "create"},
       false},
      {"an attempt had succeeded, only its answer never came",
       {{"create", ErrorKind::timed_out}, {"create", ErrorKind::already_exists}},
       1h,
       {"create", "create"},
       false},
      {"we may not", {{"create", ErrorKind::forbidden}}, 1h, {"create"}, true},
      {"there is no such namespace", {{"create", ErrorKind::not_found}}, 1h, {"create"}, true},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    Station station;
    for (const auto& [verb, kind] : row.faults) station.fail(verb, kind);
    station.tell("no space");
    station.clock.advance(row.passes);
    CHECK(station.trace == row.trace);
    CHECK(station.logged("An event was not delivered") == (row.lost ? 1 : 0));
  }
}

TEST_CASE("after twelve attempts an event is given up, and the next has its turn") {
  Station station;
  station.fail("create", ErrorKind::unavailable, 12);
  station.record("a");
  station.tell("b");
  station.clock.advance(2500ms + 99s);
  CHECK(station.trace.size() == 11);
  CHECK(station.log.empty());
  station.clock.advance(1s);
  CHECK(station.trace.size() == 13);
  CHECK(station.logged("error=\"scripted\" lostSoFar=1") == 1);
  CHECK(station.memory.find("content-1.187aa1b4574fc001"));
}

TEST_CASE("an event that has expired on the server is posted again, with its count") {
  Station station;
  station.tell("no space");
  station.fail("patch", ErrorKind::not_found);
  station.tell("no space");
  CHECK(station.trace == Trace{"create", "patch object", "create"});
  CHECK(station.memory.find(first_name)->at("count") == 2);
}

TEST_CASE("what is dropped as spam costs no request") {
  Station station;
  for (int n = 0; n < 30; ++n) station.tell("no space");
  CHECK(station.trace.size() == 25);
  CHECK(station.log.empty());
}

TEST_CASE("recording never waits, and at most a thousand events do") {
  Station station;
  station.api.takes = 24h;
  station.tell("in hand");
  for (int n = 0; n < 1003; ++n) station.record("no space");
  CHECK(station.broadcaster.waiting() == 1000);
  CHECK(station.logged("error=\"too many events wait already\" lostSoFar=1") == 1);
  CHECK(station.logged("\n") == 1);
  station.clock.advance(1min);
  station.record("no space");
  CHECK(station.logged("lostSoFar=4") == 1);
}

TEST_CASE("a message is cut between characters") {
  Station station;
  station.tell(std::string(4095, 'a') + "\u00e9 and more");
  CHECK(base::text(*station.memory.find(first_name), "message") == std::string(4095, 'a'));
}

TEST_CASE("how a broadcaster ends") {
  Station station;
  const bool cancelled = GENERATE(false, true);
  const auto end = [&] {
    if (cancelled)
      station.stop.emit(asio::cancellation_type::terminal);
    else
      station.broadcaster.stop();
    station.clock.settle();
  };

  SECTION("at once when nothing waits") {
    end();
    CHECK(station.trace.empty());
  }
  SECTION("when all that waits is told") {
    station.api.takes = 300ms;
    for (const char* message : {"a", "b", "c"}) station.record(message);
    station.clock.settle();
    end();
    station.clock.advance(899ms);
    CHECK_FALSE(station.ended);
    station.clock.advance(1ms);
    CHECK(station.trace == Trace{"create", "create", "create"});
    CHECK(station.log.empty());
  }
  SECTION("but after one second at the latest") {
    station.api.takes = 400ms;
    for (const char* message : {"a", "b", "c", "d"}) station.record(message);
    station.clock.settle();
    end();
    station.clock.advance(1s);
    CHECK(station.trace == Trace{"create", "create"});
    CHECK(station.logged("Events are left undelivered") == 1);
  }
  SECTION("with one attempt for each, and no pause") {
    station.fail("create", ErrorKind::unavailable, 3);
    station.record("a");
    station.tell("b");
    end();
    CHECK(station.trace == Trace{"create", "create", "create"});
    CHECK(station.logged("An event was not delivered") == 1);
  }
  CHECK(station.ended);
  CHECK(station.aborted == cancelled);
}

TEST_CASE("events wait between two runs") {
  Station station;
  station.broadcaster.stop();
  station.clock.settle();
  station.tell("no space");
  CHECK(station.trace.empty());
  station.run();
  CHECK(station.trace == Trace{"create"});
  CHECK_FALSE(station.ended);
}
