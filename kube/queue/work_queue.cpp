#include "kube/queue/work_queue.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace kube {

namespace asio = boost::asio;

WorkQueue::WorkQueue(asio::any_io_executor executor, base::Clock& clock, BackoffOptions backoff,
                     QueueObserver* observer)
    : clock_(clock),
      changed_(std::move(executor), base::Instant::max()),
      steps_(backoff, observer) {}

void WorkQueue::add(const std::string& key, Urgency urgency) {
  steps_.add(key, urgency);
  changed_.cancel();
}

void WorkQueue::add_after(const std::string& key, std::chrono::nanoseconds wait) {
  steps_.add_after(key, wait, clock_.now());
  changed_.cancel();
}

asio::awaitable<std::optional<std::string>> WorkQueue::get() {
  for (;;) {
    // Asked for by hand: a key handed to a cancelled coroutine would be lost at its next co_await.
    const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
      throw boost::system::system_error(asio::error::operation_aborted);
    if (steps_.is_shut_down()) co_return std::nullopt;
    std::optional<std::string> key = steps_.get(clock_.now());
    if (key) co_return key;
    co_await wait();
  }
}

void WorkQueue::done(const std::string& key, Outcome outcome) {
  steps_.done(key, outcome, clock_.now());
  changed_.cancel();
}

void WorkQueue::shut_down() {
  steps_.shut_down();
  changed_.cancel();
}

std::chrono::nanoseconds WorkQueue::delay_if_failed(const std::string& key) const {
  return steps_.backoff().peek(key);
}

// Everybody is woken by any change. That costs a look per idle worker, and spares us the question
// who passes the word on when the one woken has just been cancelled.
asio::awaitable<void> WorkQueue::wait() {
  const std::optional<base::Instant> due = steps_.next_due();
  asio::awaitable<void> change = wait_for_change();
  if (!due) {
    co_await std::move(change);
    co_return;
  }
  using asio::experimental::awaitable_operators::operator||;
  asio::awaitable<void> rung = clock_.sleep_until(*due);
  co_await (std::move(rung) || std::move(change));
}

asio::awaitable<void> WorkQueue::wait_for_change() {
  co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
}

}  // namespace kube
