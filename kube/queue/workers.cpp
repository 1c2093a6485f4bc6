#include "kube/queue/workers.hpp"

#include <optional>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/concerns.hpp"

namespace kube {

namespace asio = boost::asio;

namespace {

asio::awaitable<void> serve(WorkQueue& queue, const Workers& workers, std::string key) {
  Outcome outcome = Outcome::failed();
  try {
    asio::awaitable<Outcome> deed = workers.handle(key);
    outcome = co_await std::move(deed);
  } catch (...) {
    workers.on_exception(key, std::current_exception());
  }
  queue.done(key, outcome);  // always, and last
}

// The key in hand is served by a coroutine of its own, out of reach of the worker's cancellation,
// which is heeded in get() alone.
asio::awaitable<void> work(WorkQueue& queue, const Workers& workers) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  while (const std::optional<std::string> key = co_await queue.get()) {
    asio::awaitable<void> service = serve(queue, workers, *key);
    co_await asio::co_spawn(
        executor, std::move(service),
        asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable));
  }
}

}  // namespace

asio::awaitable<void> run_workers(WorkQueue& queue, Workers workers) {
  base::Concerns concerns(co_await asio::this_coro::executor);
  for (std::size_t n = 0; n < workers.count; ++n) concerns.start("worker", work(queue, workers));
  const base::Outcome first = co_await concerns.join();
  if (first.why) std::rethrow_exception(first.why);
}

}  // namespace kube
