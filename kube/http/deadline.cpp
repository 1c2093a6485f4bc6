#include "kube/http/deadline.hpp"

#include <exception>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>

namespace kube {

struct Deadline::State {
  State(boost::asio::any_io_executor executor, base::Clock& clock, base::Instant due,
        std::function<void()> strike)
      : executor(std::move(executor)), clock(clock), due(due), strike(std::move(strike)) {}

  boost::asio::any_io_executor executor;
  base::Clock& clock;
  base::Instant due;
  std::function<void()> strike;  // empty: the Deadline is gone
  bool struck = false;
  boost::asio::cancellation_signal stop;
};

Deadline::Deadline(boost::asio::any_io_executor executor, base::Clock& clock, base::Instant due,
                   std::function<void()> strike)
    : state_(std::make_shared<State>(executor, clock, due, std::move(strike))) {
  // The wait ends early only because it was cancelled, and then nobody wants to know.
  auto on_end = [state = state_](std::exception_ptr) {};
  boost::asio::co_spawn(
      executor, wait(state_),
      boost::asio::bind_cancellation_slot(state_->stop.slot(), std::move(on_end)));
}

Deadline::~Deadline() {
  state_->strike = nullptr;
  // Off the loop's thread of control the signal is delivered later, and must still be there then.
  boost::asio::dispatch(state_->executor, [state = state_] {
    state->stop.emit(boost::asio::cancellation_type::terminal);
  });
}

void Deadline::postpone(base::Instant due) {
  state_->due = due;
}
bool Deadline::struck() const {
  return state_->struck;
}

boost::asio::awaitable<void> Deadline::wait(std::shared_ptr<State> state) {
  while (state->strike && state->clock.now() < state->due)
    co_await state->clock.sleep_until(state->due);
  if (!state->strike) co_return;
  state->struck = true;
  state->strike();
}

}  // namespace kube
