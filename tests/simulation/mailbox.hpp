#pragma once

#include <deque>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "base/clock.hpp"

namespace simulation {

// What the world delivers to one waiting coroutine of a replica. Owned by that coroutine; the world
// holds it weakly, so that nothing reaches a replica that is gone.
template <class T>
class Mailbox {
 public:
  explicit Mailbox(boost::asio::any_io_executor executor)
      : arrived_(std::move(executor), base::Instant::max()) {}

  void deliver(T message) {
    messages_.push_back(std::move(message));
    arrived_.cancel();
  }

  // Throws operation_aborted when the caller is cancelled.
  boost::asio::awaitable<T> take() {
    namespace asio = boost::asio;
    if (messages_.empty()) co_await arrived_.async_wait(asio::as_tuple(asio::use_awaitable));
    if (messages_.empty()) throw boost::system::system_error(asio::error::operation_aborted);
    T message = std::move(messages_.front());
    messages_.pop_front();
    co_return message;
  }

 private:
  boost::asio::steady_timer arrived_;  // never rings, only gets cancelled
  std::deque<T> messages_;
};

}  // namespace simulation
