#include "kube/queue/queue_metrics.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "kube/queue/work_queue_steps.hpp"
#include "tests/support/exposition.hpp"
#include "tests/support/manual_clock.hpp"

namespace {

using namespace std::chrono_literals;
using kube::Outcome;
using kube::Urgency;
using tests::Exposition;

const std::map<std::string, std::string> q{{"name", "q"}};

// A queue whose first delay is 1 s, and its metrics.
struct World {
  boost::asio::io_context io;
  ManualClock clock{io};
  base::Metrics metrics;
  kube::QueueMetrics observer{metrics, clock, "q"};
  kube::WorkQueueSteps queue{kube::BackoffOptions{}, &observer};

  std::string take() { return queue.get(clock.now()).value_or("none"); }
  void finish(const std::string& key, Outcome outcome) { queue.done(key, outcome, clock.now()); }
  double figure(const std::string& series) const {
    return Exposition(metrics.expose()).value("workqueue_" + series, q);
  }
};

}  // namespace

TEST_CASE("a queue's seven metrics are there from the start, with client-go's buckets") {
  const World world;
  const Exposition page(world.metrics.expose());
  for (const char* series :
       {"workqueue_depth", "workqueue_adds_total", "workqueue_retries_total",
        "workqueue_queue_duration_seconds_count", "workqueue_work_duration_seconds_count",
        "workqueue_unfinished_work_seconds", "workqueue_longest_running_processor_seconds"}) {
    INFO(series);
    CHECK(page.value(series, q) == 0);
  }
  const std::vector<std::string> bounds = page.bounds("workqueue_queue_duration_seconds", q);
  CHECK(bounds.size() == 11);
  CHECK(bounds.front() == "1e-08");
  CHECK(bounds[9] == "10");
  CHECK(page.bounds("workqueue_work_duration_seconds", q) == bounds);
}

TEST_CASE("a key's way through the queue is measured") {
  World world;
  world.queue.add("a", Urgency::news);
  world.queue.add("a", Urgency::news);  // the same wish
  CHECK(world.figure("depth") == 1);
  CHECK(world.figure("adds_total") == 1);
  world.clock.advance(2s);
  CHECK(world.take() == "a");
  CHECK(world.figure("depth") == 0);
  CHECK(world.figure("queue_duration_seconds_sum") == 2);
  world.clock.advance(3s);
  CHECK(world.figure("unfinished_work_seconds") == 3);
  world.finish("a", Outcome::done());
  CHECK(world.figure("work_duration_seconds_sum") == 3);
  CHECK(world.figure("work_duration_seconds_count") == 1);
  CHECK(world.figure("unfinished_work_seconds") == 0);
  CHECK(world.figure("retries_total") == 0);
}

TEST_CASE("what is in hand is summed up, and the longest is told") {
  World world;
  world.queue.add("a", Urgency::news);
  world.queue.add("b", Urgency::news);
  world.take();
  world.clock.advance(5s);
  world.take();
  world.clock.advance(1s);
  CHECK(world.figure("unfinished_work_seconds") == 7);
  CHECK(world.figure("longest_running_processor_seconds") == 6);
}

TEST_CASE("a failure and a later look are retries, and count as added when they are due") {
  for (const Outcome outcome : {Outcome::failed(), Outcome::again_after(1s)}) {
    World world;
    world.queue.add("a", Urgency::news);
    world.take();
    world.finish("a", outcome);
    CHECK(world.figure("retries_total") == 1);
    CHECK(world.figure("depth") == 0);
    CHECK(world.figure("adds_total") == 1);
    world.clock.advance(1s);
    CHECK(world.take() == "a");
    CHECK(world.figure("adds_total") == 2);
  }
}

TEST_CASE("a key added while it is in hand is one addition and waits from then on") {
  World world;
  world.queue.add("a", Urgency::news);
  world.take();
  world.queue.add("a", Urgency::news);
  CHECK(world.figure("depth") == 1);
  world.clock.advance(4s);
  world.finish("a", Outcome::done());
  CHECK(world.take() == "a");
  CHECK(world.figure("adds_total") == 2);
  CHECK(world.figure("queue_duration_seconds_sum") == 4);
  CHECK(world.figure("depth") == 0);
}

TEST_CASE("a wish that comes to nothing leaves the depth") {
  SECTION("a refresh that a retry will serve") {
    World world;
    world.queue.add("a", Urgency::news);
    world.take();
    world.queue.add("a", Urgency::routine);
    world.finish("a", Outcome::failed());
    CHECK(world.figure("depth") == 0);
  }
  SECTION("a shutdown") {
    World world;
    world.queue.add("a", Urgency::news);
    world.queue.add("b", Urgency::news);
    world.take();
    world.queue.shut_down();
    CHECK(world.figure("depth") == 0);
    world.finish("a", Outcome::done());
    CHECK(world.figure("work_duration_seconds_count") == 1);
  }
}

TEST_CASE("two queues share the names and differ in the label") {
  boost::asio::io_context io;
  const ManualClock clock(io);
  base::Metrics metrics;
  kube::QueueMetrics one(metrics, clock, "one");
  kube::QueueMetrics other(metrics, clock, "other");
  one.added("a");
  const Exposition page(metrics.expose());
  CHECK(page.value("workqueue_depth", {{"name", "one"}}) == 1);
  CHECK(page.value("workqueue_depth", {{"name", "other"}}) == 0);
  CHECK(page.family("workqueue_unfinished_work_seconds").series.size() == 2);
}
