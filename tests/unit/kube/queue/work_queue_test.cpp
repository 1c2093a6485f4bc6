#include "kube/queue/work_queue.hpp"

#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>

#include "tests/support/manual_clock.hpp"

namespace asio = boost::asio;
using namespace std::chrono_literals;
using kube::Outcome;
using kube::Urgency;

namespace {

// One caller of get(), and what became of the call.
class Caller {
 public:
  explicit Caller(kube::WorkQueue& queue, asio::io_context& io) {
    asio::co_spawn(io, queue.get(),
                   asio::bind_cancellation_slot(
                       stop.slot(), [this](std::exception_ptr why, std::optional<std::string> got) {
                         ended = true;
                         aborted = why != nullptr;
                         if (!aborted) key = got;
                       }));
  }

  asio::cancellation_signal stop;
  bool ended = false;
  bool aborted = false;
  std::optional<std::string> key;
};

struct World {
  asio::io_context io;
  ManualClock clock{io};
  kube::WorkQueue queue{io.get_executor(), clock};
};

void cancel(Caller& caller) {
  caller.stop.emit(asio::cancellation_type::terminal);
}

}  // namespace

TEST_CASE("a waiting caller gets the key when it is added, delayed keys when they are due") {
  World world;
  Caller first(world.queue, world.io);
  world.clock.settle();
  CHECK_FALSE(first.ended);
  world.queue.add("a");
  world.clock.settle();
  CHECK(first.key == "a");

  Caller second(world.queue, world.io);
  world.queue.add_after("b", 10s);
  world.clock.advance(9s);
  CHECK_FALSE(second.ended);
  world.clock.advance(1s);
  CHECK(second.key == "b");
}

TEST_CASE("a delay brought forward is noticed by who already waits for it") {
  World world;
  world.queue.add_after("a", 1h);
  Caller caller(world.queue, world.io);
  world.clock.settle();
  world.queue.add_after("a", 1s);
  world.clock.advance(1s);
  CHECK(caller.key == "a");
}

TEST_CASE("two keys go to two waiting callers, each to one") {
  World world;
  Caller first(world.queue, world.io);
  Caller second(world.queue, world.io);
  world.clock.settle();
  world.queue.add("a");
  world.queue.add("b");
  world.clock.settle();
  REQUIRE(first.ended);
  REQUIRE(second.ended);
  CHECK(first.key != second.key);
}

TEST_CASE("a cancelled caller takes no key, whichever comes first") {
  struct Row {
    const char* sentence;
    std::function<void(World&, Caller&)> happens;
  };
  const Row table[] = {
      {"the key, then the cancellation",
       [](World& world, Caller& caller) {
         world.queue.add("a");
         cancel(caller);
       }},
      {"the cancellation, then the key",
       [](World& world, Caller& caller) {
         cancel(caller);
         world.queue.add("a");
       }},
  };
  const bool delayed = GENERATE(false, true);
  for (const Row& row : table) {
    INFO(row.sentence << (delayed ? ", another key being delayed" : ""));
    World world;
    if (delayed) world.queue.add_after("later", 1h);
    Caller caller(world.queue, world.io);
    world.clock.settle();
    asio::post(world.io, [&] { row.happens(world, caller); });
    world.clock.settle();
    CHECK(caller.aborted);
    Caller next(world.queue, world.io);
    world.clock.settle();
    CHECK(next.key == "a");
  }
}

TEST_CASE("who is cancelled does not take the wake-up from who is not") {
  World world;
  Caller cancelled(world.queue, world.io);
  Caller other(world.queue, world.io);
  world.clock.settle();
  asio::post(world.io, [&] {
    world.queue.add("a");
    cancel(cancelled);
  });
  world.clock.settle();
  CHECK(cancelled.aborted);
  CHECK(other.key == "a");
}

TEST_CASE("after a shutdown get() answers with nothing, at once and for good") {
  World world;
  Caller waiting(world.queue, world.io);
  world.clock.settle();
  world.queue.shut_down();
  world.clock.settle();
  CHECK(waiting.ended);
  CHECK_FALSE(waiting.aborted);
  CHECK_FALSE(waiting.key);
  world.queue.add("a");
  Caller late(world.queue, world.io);
  world.clock.settle();
  CHECK(late.ended);
  CHECK_FALSE(late.key);
}
