#include "kube/queue/workers.hpp"

#include <deque>
#include <map>
#include <stdexcept>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

#include "base/concerns.hpp"
#include "tests/support/manual_clock.hpp"

namespace asio = boost::asio;
using namespace std::chrono_literals;
using kube::Outcome;
using kube::Urgency;

namespace {

// A queue with workers whose deeds take as long and end as the test says.
class Shop {
 public:
  explicit Shop(std::size_t workers) { open(workers); }

  void open(std::size_t count) {
    ended = false;
    aborted = false;
    kube::Workers workers;
    workers.count = count;
    workers.handle = [this](std::string key) { return handle(std::move(key)); };
    workers.on_exception = [this](const std::string& key, std::exception_ptr why) {
      exceptions.push_back(base::describe(base::Outcome{key, why}));
    };
    auto on_end = [this](std::exception_ptr why) {
      ended = true;
      aborted = why != nullptr;
    };
    asio::co_spawn(io, kube::run_workers(queue, std::move(workers)),
                   asio::bind_cancellation_slot(stop.slot(), on_end));
    clock.settle();
  }

  asio::io_context io;
  ManualClock clock{io};
  kube::BackoffOptions backoff{1s, 5min};
  kube::WorkQueue queue{io.get_executor(), clock, backoff};
  asio::cancellation_signal stop;
  bool ended = false;
  bool aborted = false;

  std::chrono::nanoseconds takes{0};
  std::map<std::string, std::deque<Outcome>> script;  // by key; when used up: done
  std::vector<std::string> begun, finished, exceptions;
  std::map<std::string, int> in_hand;
  bool twice_at_once = false;

 private:
  asio::awaitable<Outcome> handle(std::string key) {
    begun.push_back(key);
    if (++in_hand[key] > 1) twice_at_once = true;
    if (takes > 0ns) co_await clock.sleep(takes);
    --in_hand[key];
    finished.push_back(key);
    if (key == "broken") throw std::runtime_error("no such field");
    std::deque<Outcome>& outcomes = script[key];
    if (outcomes.empty()) co_return Outcome::done();
    const Outcome outcome = outcomes.front();
    outcomes.pop_front();
    co_return outcome;
  }
};

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("no more keys are in hand than there are workers, and the rest follows in order") {
  Shop shop(2);
  shop.takes = 1s;
  for (const char* key : {"a", "b", "c", "d", "e"}) shop.queue.add(key);
  shop.clock.settle();
  CHECK(shop.begun == Keys{"a", "b"});
  shop.clock.advance(1s);
  CHECK(shop.begun == Keys{"a", "b", "c", "d"});
  shop.clock.advance(2s);
  CHECK(shop.finished == Keys{"a", "b", "c", "d", "e"});
}

TEST_CASE("a key added while in hand is served once more, and never twice at once") {
  Shop shop(3);
  shop.takes = 1s;
  shop.queue.add("a");
  shop.clock.settle();
  shop.queue.add("a");
  shop.queue.add("a");
  shop.clock.advance(5s);
  CHECK(shop.finished == Keys{"a", "a"});
  CHECK_FALSE(shop.twice_at_once);
}

TEST_CASE("failures wait 1, 2, 4 seconds, and a success forgets them") {
  Shop shop(1);
  shop.script["a"] = {Outcome::failed(), Outcome::failed(), Outcome::failed(), Outcome::done(),
                      Outcome::failed()};
  shop.queue.add("a");
  const auto runs_within = [&](std::chrono::nanoseconds time) {
    const std::size_t before = shop.begun.size();
    shop.clock.advance(time);
    return shop.begun.size() - before;
  };
  CHECK(runs_within(999ms) == 1);
  CHECK(runs_within(1ms) == 1);
  CHECK(runs_within(1999ms) == 0);
  CHECK(runs_within(1ms) == 1);
  CHECK(shop.queue.delay_if_failed("a") == 8s);
  CHECK(runs_within(4s) == 1);  // done
  CHECK(runs_within(1h) == 0);
  shop.queue.add("a");
  CHECK(runs_within(999ms) == 1);  // fails again, from the start
  CHECK(runs_within(1ms) == 1);
}

TEST_CASE("an exception is a failure of that key alone") {
  Shop shop(1);
  shop.queue.add("broken");
  shop.queue.add("a");
  shop.clock.settle();
  CHECK(shop.exceptions == Keys{"broken: no such field"});
  CHECK(shop.finished == Keys{"broken", "a"});
  shop.clock.advance(1s);
  CHECK(shop.finished == Keys{"broken", "a", "broken"});
  CHECK_FALSE(shop.ended);
}

TEST_CASE("after a shutdown nothing new is taken, and what is in hand is finished") {
  Shop shop(2);
  shop.takes = 10s;
  for (const char* key : {"a", "b", "c"}) shop.queue.add(key);
  shop.clock.advance(1s);
  shop.queue.shut_down();
  shop.clock.settle();
  CHECK_FALSE(shop.ended);
  shop.clock.advance(9s);
  CHECK(shop.finished == Keys{"a", "b"});
  CHECK(shop.ended);
  CHECK_FALSE(shop.aborted);
  CHECK(shop.begun == Keys{"a", "b"});
}

TEST_CASE("a shutdown wakes workers that wait, with and without a delayed key") {
  const bool delayed = GENERATE(false, true);
  Shop shop(3);
  if (delayed) shop.queue.add_after("a", 1h);
  shop.clock.settle();
  shop.queue.shut_down();
  shop.clock.settle();
  CHECK(shop.ended);
  CHECK(shop.begun.empty());
}

TEST_CASE("a cancellation leaves what is in hand alone, takes nothing new, and can be undone") {
  Shop shop(2);
  shop.takes = 10s;
  for (const char* key : {"a", "b", "c"}) shop.queue.add(key);
  shop.clock.advance(1s);
  shop.stop.emit(asio::cancellation_type::terminal);
  shop.clock.settle();
  CHECK_FALSE(shop.ended);
  shop.clock.advance(1h);
  CHECK(shop.ended);
  CHECK(shop.aborted);
  CHECK(shop.finished == Keys{"a", "b"});
  shop.open(2);
  shop.clock.advance(10s);
  CHECK(shop.finished == Keys{"a", "b", "c"});
}

TEST_CASE("a cancellation ends workers that only wait, with and without a delayed key") {
  const bool delayed = GENERATE(false, true);
  Shop shop(3);
  if (delayed) shop.queue.add_after("a", 1h);
  shop.clock.settle();
  shop.stop.emit(asio::cancellation_type::terminal);
  shop.clock.settle();
  CHECK(shop.ended);
  CHECK(shop.aborted);
}
