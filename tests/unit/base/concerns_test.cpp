#include "base/concerns.hpp"

#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

namespace asio = boost::asio;

namespace {

asio::awaitable<void> wait_forever(bool& stopped) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  asio::steady_timer never(executor, asio::steady_timer::time_point::max());
  try {
    co_await never.async_wait(asio::use_awaitable);
  } catch (...) {
    stopped = true;
    throw;
  }
}

asio::awaitable<void> break_down() {
  throw std::runtime_error("no route to the API server");
  co_return;
}

asio::awaitable<void> return_at_once() {
  co_return;
}

}  // namespace

TEST_CASE("the first to end is named, and the others are stopped and waited for") {
  struct Row {
    const char* sentence;
    asio::awaitable<void> (*task)();
    const char* expected;
  };
  const Row table[] = {
      {"one that breaks", break_down, "informer: no route to the API server"},
      {"one that returns", return_at_once, "informer returned"},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    asio::io_context io;
    base::Concerns concerns(io.get_executor());
    bool stopped = false;
    concerns.start("metrics", wait_forever(stopped));
    concerns.start("informer", row.task());
    std::string first;
    asio::co_spawn(io, concerns.join(), [&](std::exception_ptr, base::Outcome outcome) {
      first = base::describe(outcome);
    });
    io.run();
    CHECK(first == row.expected);
    CHECK(stopped);
  }
}

TEST_CASE("a cancelled join stops its concerns before it gives up") {
  asio::io_context io;
  base::Concerns inner(io.get_executor());
  base::Concerns outer(io.get_executor());
  bool stopped = false;
  inner.start("endless", wait_forever(stopped));
  const auto join_inner = [](base::Concerns& concerns) -> asio::awaitable<void> {
    co_await concerns.join();
  };
  outer.start("inner", join_inner(inner));
  outer.start("signal", return_at_once());
  std::string first;
  asio::co_spawn(io, outer.join(),
                 [&](std::exception_ptr, base::Outcome outcome) { first = outcome.concern; });
  io.run();
  CHECK(first == "signal");
  CHECK(stopped);
}
