#include "base/concerns.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace base {

namespace asio = boost::asio;

std::string describe(const Outcome& outcome) {
  if (!outcome.why) return outcome.concern + " returned";
  try {
    std::rethrow_exception(outcome.why);
  } catch (const std::exception& failure) {
    return outcome.concern + ": " + failure.what();
  } catch (...) {
    return outcome.concern + ": an exception of unknown type";
  }
}

Concerns::Concerns(asio::any_io_executor executor)
    : executor_(executor), all_ended_(executor, asio::steady_timer::time_point::max()) {}

void Concerns::start(std::string name, asio::awaitable<void> task) {
  ++running_;
  auto on_end = [this, name = std::move(name)](std::exception_ptr why) { ended(name, why); };
  const auto stop = stops_.emplace_back().slot();
  asio::co_spawn(executor_, std::move(task), asio::bind_cancellation_slot(stop, std::move(on_end)));
}

void Concerns::stop() {
  stop_all();
}

asio::awaitable<Outcome> Concerns::join() {
  const bool throwing = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  bool cancelled = false;
  while (running_ > 0) {
    co_await all_ended_.async_wait(asio::as_tuple(asio::use_awaitable));
    if (running_ == 0) break;
    cancelled = true;
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    stop_all();
  }
  co_await asio::this_coro::throw_if_cancelled(throwing);
  if (cancelled) throw boost::system::system_error(asio::error::operation_aborted);
  co_return first_;
}

void Concerns::ended(const std::string& name, std::exception_ptr why) {
  if (--running_ == 0) all_ended_.cancel();
  if (!first_.concern.empty()) return;
  first_ = Outcome{name, why};
  stop_all();
}

void Concerns::stop_all() {
  for (asio::cancellation_signal& stop : stops_) stop.emit(asio::cancellation_type::terminal);
}

}  // namespace base
