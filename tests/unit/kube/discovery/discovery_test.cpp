#include "kube/discovery/discovery.hpp"

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "tests/support/manual_clock.hpp"

namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using namespace std::chrono_literals;
using base::Error;
using base::ErrorKind;
using kube::Served;
using Answer = base::Result<json::value>;

const kube::ResourceSet groups("groupsnapshot.storage.k8s.io", "v1",
                               {"volumegroupsnapshotcontents", "volumegroupsnapshotclasses"});

Answer served() {
  return json::parse(R"({"kind":"APIResourceList","resources":[
      {"name":"volumegroupsnapshotclasses"}, {"name":"volumegroupsnapshotcontents"}]})");
}
Answer half_served() {
  return json::parse(
      R"({"kind":"APIResourceList","resources":[{"name":"volumegroupsnapshotclasses"}]})");
}
Answer failed(ErrorKind kind, std::string text = "scripted") {
  return Error(kind, std::move(text));
}

// Answers by script; when it is used up, that nothing is served.
class ScriptedPaths final : public kube::ApiPaths {
 public:
  asio::awaitable<Answer> get_path(std::string path) override {
    asked.push_back(std::move(path));
    if (script.empty()) co_return failed(ErrorKind::not_found);
    const Answer answer = script.front();
    script.pop_front();
    co_return answer;
  }

  std::deque<Answer> script;
  std::vector<std::string> asked;
};

// Somebody who waits for the groups, with chance at its lowest: waits are as long as they get.
class Wait {
 public:
  explicit Wait(std::deque<Answer> script) {
    paths.script = std::move(script);
    kube::Discovery::Reports reports;
    reports.on_absent = [this] { reported.push_back("absent"); };
    reports.on_unknown = [this](const Error& why, std::chrono::nanoseconds next) {
      reported.push_back(why.text() + ", next look in " + std::to_string(next / 1s) + " s");
    };
    auto on_end = [this](std::exception_ptr why) {
      over = true;
      aborted = why != nullptr;
    };
    asio::co_spawn(io, discovery.wait_until_served(groups, reports),
                   asio::bind_cancellation_slot(stop.slot(), on_end));
    clock.settle();
  }

  asio::io_context io;
  ManualClock clock{io};
  ScriptedPaths paths;
  double luck = 0;
  kube::Discovery discovery{paths, clock, [this] { return luck; }};
  asio::cancellation_signal stop;
  std::vector<std::string> reported;
  bool over = false;
  bool aborted = false;
};

using Reported = std::vector<std::string>;

}  // namespace

TEST_CASE("whether kinds are served") {
  struct Row {
    const char* sentence;
    Answer answer;
    std::optional<Served> serves;
  };
  const Row table[] = {
      {"the server names them", served(), Served::yes},
      {"it does not know the group or the version", failed(ErrorKind::not_found), Served::no},
      {"it names only one of two", half_served(), Served::no},
      {"it cannot be reached", failed(ErrorKind::unavailable), {}},
      {"it does not allow the question", failed(ErrorKind::forbidden), {}},
      {"it answers with something else", json::parse("{}"), {}},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    asio::io_context io;
    ManualClock clock(io);
    ScriptedPaths paths;
    paths.script = {row.answer};
    kube::Discovery discovery(paths, clock);
    base::Result<Served> serves = Error(ErrorKind::unknown, "has not answered");
    asio::co_spawn(io, discovery.serves(groups),
                   [&](std::exception_ptr, base::Result<Served> result) { serves = result; });
    clock.settle();
    CHECK(paths.asked == Reported{"/apis/groupsnapshot.storage.k8s.io/v1"});
    CHECK(serves.has_value() == row.serves.has_value());
    if (row.serves && serves) CHECK(*serves == *row.serves);
    if (!row.serves && row.answer.has_error()) CHECK(serves.error() == row.answer.error());
  }
}

TEST_CASE("what is served is not waited for") {
  Wait wait({served()});
  CHECK(wait.over);
  CHECK_FALSE(wait.aborted);
  CHECK(wait.reported.empty());
}

TEST_CASE("what is absent is looked for ever less often, and reported once") {
  Wait wait({});
  for (const auto pause : {10s, 20s, 40s, 80s, 160s, 300s, 300s, 300s}) {
    const std::size_t looks = wait.paths.asked.size();
    wait.clock.advance(pause - 1ns);
    CHECK(wait.paths.asked.size() == looks);
    wait.clock.advance(1ns);
    CHECK(wait.paths.asked.size() == looks + 1);
  }
  CHECK(wait.reported == Reported{"absent"});
  wait.paths.script = {served()};
  CHECK_FALSE(wait.over);
  wait.clock.advance(5min);
  CHECK(wait.over);
}

TEST_CASE("a fifth of each wait is left to chance") {
  Wait wait({});
  wait.luck = 0.5;
  wait.clock.advance(10s);
  CHECK(wait.clock.next_alarm() == wait.clock.now() + 18s);
}

TEST_CASE("an API server that cannot be asked is reported when that begins and changes") {
  Wait wait({failed(ErrorKind::unavailable, "refused"), failed(ErrorKind::unavailable, "refused"),
             failed(ErrorKind::timed_out, "no answer"), failed(ErrorKind::not_found),
             failed(ErrorKind::not_found), failed(ErrorKind::timed_out, "no answer"), served()});
  wait.clock.advance(1h);
  CHECK(wait.over);
  CHECK(wait.reported == Reported{"refused, next look in 10 s", "no answer, next look in 40 s",
                                  "absent", "no answer, next look in 300 s"});
}

TEST_CASE("a server that asks for more patience gets it") {
  const Error busy = Error(ErrorKind::throttled, "busy").with_retry_after(1min);
  Wait wait({busy, served()});
  wait.clock.advance(59s);
  CHECK_FALSE(wait.over);
  wait.clock.advance(1s);
  CHECK(wait.over);
}

TEST_CASE("whoever waits can be stopped") {
  Wait wait({});
  wait.stop.emit(asio::cancellation_type::terminal);
  wait.clock.settle();
  CHECK(wait.over);
  CHECK(wait.aborted);
}
