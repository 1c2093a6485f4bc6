#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "kube/queue/outcome.hpp"
#include "kube/queue/work_queue.hpp"

namespace kube {

class Workers {
 public:
  Workers() = default;

  std::size_t count = 10;  // how many keys may be in hand at once
  std::function<boost::asio::awaitable<Outcome>(std::string key)> handle;
  // An exception out of `handle` is a bug. It counts as a failure of that key, is reported here,
  // and the rest goes on.
  std::function<void(const std::string& key, std::exception_ptr why)> on_exception;
};

// Hands keys to `handle` until the queue is shut down, then returns; or until the caller is
// cancelled, then throws operation_aborted. Either way nothing new is taken from then on, and what
// is in hand is not disturbed but waited for. After a cancellation the queue is as good as before
// and can be run again.
boost::asio::awaitable<void> run_workers(WorkQueue& queue, Workers workers);

}  // namespace kube
