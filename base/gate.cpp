#include "base/gate.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace base {

namespace asio = boost::asio;

Gate::Gate(asio::any_io_executor executor)
    : changed_(executor, asio::steady_timer::time_point::max()) {}

void Gate::set_open(bool open) {
  if (open_ == open) return;
  open_ = open;
  changed_.cancel();
}

asio::awaitable<void> Gate::wait_open() {
  return wait_for(true);
}

asio::awaitable<void> Gate::wait_closed() {
  return wait_for(false);
}

asio::awaitable<void> Gate::wait_for(bool open) {
  while (open_ != open) {
    boost::system::error_code rang;
    co_await changed_.async_wait(asio::redirect_error(asio::use_awaitable, rang));
    const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
      throw boost::system::system_error(asio::error::operation_aborted);
  }
}

}  // namespace base
