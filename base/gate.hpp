#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace base {

// Something that may be done now, or may not, and that can be waited for. Bound to the executor's
// one thread; must outlive whoever waits.
class Gate {
 public:
  explicit Gate(boost::asio::any_io_executor executor);

  void set_open(bool open);
  bool is_open() const { return open_; }

  // Return when it is so; both throw operation_aborted when the caller is cancelled.
  boost::asio::awaitable<void> wait_open();
  boost::asio::awaitable<void> wait_closed();

 private:
  boost::asio::awaitable<void> wait_for(bool open);

  bool open_ = false;
  boost::asio::steady_timer changed_;  // never rings, only gets cancelled
};

}  // namespace base
