#include "kube/http/lookup.hpp"

#include <charconv>
#include <cstdint>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace kube {

namespace asio = boost::asio;
using asio::ip::tcp;

struct Lookup::State {
  explicit State(const asio::any_io_executor& executor)
      : finished(executor, asio::steady_timer::time_point::max()) {}

  asio::steady_timer finished;  // never rings, only gets cancelled
  bool over = false;
  boost::system::error_code why;
  Endpoints endpoints;
};

Lookup::Lookup(asio::any_io_executor executor, std::string host, std::string port)
    : state_(std::make_shared<State>(executor)),
      resolver_(executor),
      host_(std::move(host)),
      port_(std::move(port)) {}
Lookup::~Lookup() = default;

asio::awaitable<base::Result<Lookup::Endpoints>> Lookup::endpoints() {
  boost::system::error_code not_literal;
  const asio::ip::address literal = asio::ip::make_address(host_, not_literal);
  if (!not_literal) {
    std::uint16_t port = 0;
    std::from_chars(port_.data(), port_.data() + port_.size(), port);
    co_return Endpoints{tcp::endpoint(literal, port)};
  }
  auto on_answer = [state = state_](const boost::system::error_code& why,
                                    const tcp::resolver::results_type& found) {
    state->over = true;
    state->why = why;
    for (const auto& entry : found) state->endpoints.push_back(entry.endpoint());
    state->finished.cancel();
  };
  resolver_.async_resolve(host_, port_, std::move(on_answer));
  co_await state_->finished.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!state_->over)
    co_return base::Error(base::ErrorKind::timed_out, "no answer when resolving \"" + host_ + '"');
  if (state_->why)
    co_return base::Error(base::ErrorKind::unavailable,
                          "cannot resolve \"" + host_ + "\": " + state_->why.message());
  co_return std::move(state_->endpoints);
}

void Lookup::give_up() {
  state_->finished.cancel();
}

}  // namespace kube
