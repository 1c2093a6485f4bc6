#include "kube/cache/reflector.hpp"

#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>

#include "base/json.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/unit/kube/cache/answered_collections.hpp"
#include "tests/unit/kube/cache/thing.hpp"

namespace asio = boost::asio;
using namespace std::chrono_literals;
using base::Error;
using base::ErrorKind;
using kube::EventType;
using kube::WatchEnd;
using Strings = std::vector<std::string>;

namespace {

// Writes down what it is told.
class Recorder final : public kube::ListSink {
 public:
  void begin_list() override { heard.push_back("begin"); }
  void item(boost::json::value&& object) override { heard.push_back("item " + name(object)); }
  void end_list(const std::string& version) override { heard.push_back("end " + version); }
  void event(EventType type, boost::json::value&& object) override {
    const char* words[] = {"added ", "modified ", "deleted ", "bookmark "};
    heard.push_back(words[static_cast<int>(type)] + name(object));
  }
  static std::string name(const boost::json::value& object) {
    return std::string(base::text(object, "metadata", "name"));
  }

  Strings heard;
};

class World {
 public:
  explicit World(std::string field_selector = "") {
    kube::Selection selection(kube::Resource{"", "v1", "things"}, "", std::move(field_selector));
    kube::ReflectorOptions options(std::move(selection));
    options.chance = [] { return 0.0; };
    options.on_unreachable = [this](const Error& why, std::chrono::nanoseconds next) {
      reports.push_back(why.text() + ", next try in " + std::to_string(next / 1ms) + " ms");
    };
    options.on_recovered = [this] { reports.push_back("recovered"); };
    options.on_selector_refused = [this](const Error& why) {
      reports.push_back("selector refused: " + why.text());
    };
    kube::Reflector::Parts parts{io.get_executor(), server, clock, recorder};
    reflector.emplace(std::move(parts), std::move(options));
    run();
  }

  void run() {
    auto on_end = [this](std::exception_ptr why) { aborted = why != nullptr; };
    asio::co_spawn(io, reflector->run(), asio::bind_cancellation_slot(stop.slot(), on_end));
    clock.settle();
  }
  void cancel() {
    stop.emit(asio::cancellation_type::terminal);
    clock.settle();
  }
  void end(WatchEnd::How how, std::chrono::nanoseconds lasted, Error error = Error()) {
    WatchEnd end;
    end.how = how;
    end.lasted = lasted;
    end.error = std::move(error);
    server.end(std::move(end));
  }

  asio::io_context io;
  ManualClock clock{io};
  AnsweredCollections server{io};
  Recorder recorder;
  Strings reports;
  std::optional<kube::Reflector> reflector;
  asio::cancellation_signal stop;
  bool aborted = false;
};

boost::json::value thing(const char* name, const char* version) {
  return Thing{name, "u1", version}.json();
}

}  // namespace

TEST_CASE("a list in pages, then a watch, then another from where it ended") {
  World world;
  CHECK(world.server.asked() == "list limit 500");
  world.server.list({thing("a", "10"), thing("b", "11")}, "20", "p2");
  CHECK_FALSE(world.reflector->synced());
  CHECK(world.server.asked() == "list limit 500 continue p2");
  world.server.list({thing("c", "12")}, "21");
  CHECK(world.reflector->synced());
  CHECK(world.server.asked() == "watch from 20 for 240 s");
  world.server.open();
  world.server.event(EventType::modified, thing("a", "23"));
  world.server.event(EventType::deleted, thing("b", "24"));
  world.server.event(EventType::bookmark, thing("", "30"));
  world.end(WatchEnd::How::clean, 240s);
  CHECK(world.server.asked() == "watch from 30 for 240 s");
  CHECK(world.recorder.heard ==
        Strings{"begin", "item a", "item b", "item c", "end 20", "modified a", "deleted b"});
  CHECK(world.reports.empty());
}

TEST_CASE("a version too old to watch is listed anew, without a word to operators") {
  World world;
  world.server.list({}, "20");
  world.server.open();
  world.recorder.heard.clear();
  world.end(WatchEnd::How::refused, 0s, Error(ErrorKind::expired, "too old"));
  CHECK(world.server.asked() == "nothing");
  world.clock.advance(800ms);
  CHECK(world.server.asked() == "list at 20");
  world.server.refuse(ErrorKind::expired, "too old to list, too");
  CHECK(world.server.asked() == "list limit 500");
  world.server.list({thing("a", "25")}, "30");
  CHECK(world.server.asked() == "watch from 30 for 240 s");
  CHECK(world.recorder.heard == Strings{"begin", "begin", "item a", "end 30"});
  CHECK(world.reports.empty());
}

TEST_CASE("an outage is reported when it begins, when it changes, and when it is over") {
  World world;
  world.server.list({}, "20");
  world.server.open();
  world.end(WatchEnd::How::broken, 60s);
  CHECK(world.reports.empty());
  world.server.refuse(ErrorKind::unavailable, "connection refused");
  CHECK_FALSE(world.reflector->healthy());
  world.clock.advance(800ms);
  world.server.refuse(ErrorKind::unavailable, "connection refused");
  world.clock.advance(1600ms);
  world.server.refuse(ErrorKind::unavailable, "connection refused");
  world.clock.advance(3200ms);
  world.server.refuse(ErrorKind::unauthenticated, "the token has expired");
  world.clock.advance(6400ms);
  CHECK(world.server.asked() == "list at 20");
  world.server.list({}, "40");
  CHECK_FALSE(world.reflector->healthy());
  world.server.open();
  CHECK(world.reflector->healthy());
  CHECK(world.reports == Strings{"connection refused, next try in 800 ms",
                                 "the token has expired, next try in 6400 ms", "recovered"});
}

TEST_CASE("a list that works does not end the trouble with the watch") {
  World world;
  for (const auto wait : {800ms, 1600ms, 3200ms}) {
    world.server.list({}, "20");
    world.server.refuse(ErrorKind::forbidden, "may not watch");
    world.clock.advance(wait);
  }
  CHECK(world.reports == Strings{"may not watch, next try in 800 ms"});
}

TEST_CASE("trouble with open watches is over when one brings something, or lasts") {
  World world;
  for (const auto wait : {800ms, 1600ms}) {
    world.server.list({}, "20");
    world.server.open();
    world.end(WatchEnd::How::clean, 10ms);
    world.clock.advance(wait);
  }
  const Strings once = {
      "watch things: it ended within a second and brought nothing, next try in 800 ms"};
  CHECK(world.reports == once);
  world.server.list({}, "20");
  world.server.open();
  CHECK(world.reports == once);
  SECTION("a bookmark") {
    world.server.event(EventType::bookmark, thing("", "21"));
  }
  SECTION("time") {
    world.end(WatchEnd::How::clean, 240s);
  }
  CHECK(world.reports.back() == "recovered");
  CHECK(world.reports.size() == 2);
}

TEST_CASE("a field selector that is refused is left out from then on, and that is said once") {
  World world("spec.driver=d");
  CHECK(world.server.asked() == "list limit 500 [spec.driver=d]");
  world.server.refuse(ErrorKind::invalid, "field label not supported");
  CHECK(world.server.asked() == "list limit 500");
  world.server.list({}, "20");
  CHECK(world.server.asked() == "watch from 20 for 240 s");
  world.server.refuse(ErrorKind::expired, "too old");
  world.clock.advance(800ms);
  CHECK(world.server.asked() == "list at 20");
  world.server.list({}, "30");
  CHECK(world.reports == Strings{"selector refused: field label not supported"});
}

TEST_CASE("a field selector that is accepted is used for lists and watches") {
  World world("spec.driver=d");
  world.server.list({}, "20");
  CHECK(world.server.asked() == "watch from 20 for 240 s [spec.driver=d]");
}

TEST_CASE("a reflector is stopped while it lists, watches or waits, and goes on when run again") {
  const char* while_it = GENERATE("lists", "watches", "waits");
  INFO(while_it);
  World world;
  const bool listed = std::string(while_it) != "lists";
  if (listed) world.server.list({}, "20");
  if (std::string(while_it) == "waits") world.server.refuse(ErrorKind::unavailable, "no");
  world.cancel();
  CHECK(world.aborted);
  world.run();
  CHECK_FALSE(world.reflector->synced());
  CHECK(world.server.asked() == (listed ? "list at 20" : "list limit 500"));
}

TEST_CASE("who waits for the first list is told when it is complete, or when he is cancelled") {
  World world;
  int told = 0;
  bool aborted = false;
  asio::cancellation_signal stop;
  const auto wait = [&](auto slot) {
    asio::co_spawn(world.io, world.reflector->wait_synced(),
                   asio::bind_cancellation_slot(
                       slot, [&](std::exception_ptr why) { why ? aborted = true : ++told; }));
    world.clock.settle();
  };
  wait(asio::cancellation_slot());
  wait(stop.slot());
  world.server.list({}, "20", "p2");
  CHECK(told == 0);
  stop.emit(asio::cancellation_type::terminal);
  world.clock.settle();
  CHECK(aborted);
  CHECK(told == 0);
  world.server.list({}, "20");
  CHECK(told == 1);
  wait(asio::cancellation_slot());
  CHECK(told == 2);
}
