#include "kube/discovery/discovery.hpp"

#include <algorithm>
#include <optional>

#include "kube/queue/backoff.hpp"

namespace kube {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using namespace std::chrono_literals;
using base::Result;

}  // namespace

asio::awaitable<Result<Served>> Discovery::serves(ResourceSet wanted) {
  asio::awaitable<Result<json::value>> question = paths_.get_path(discovery_path(wanted));
  const Result<json::value> list = co_await std::move(question);
  if (list) co_return names_all(*list, wanted);
  if (list.error().kind() == base::ErrorKind::not_found) co_return Served::no;
  co_return list.error();
}

asio::awaitable<void> Discovery::wait_until_served(ResourceSet wanted, Reports reports) {
  bool absence_reported = false;
  std::optional<base::Error> trouble;  // as last reported
  for (unsigned looks = 1;; ++looks) {
    asio::awaitable<Result<Served>> look = serves(wanted);
    const Result<Served> served = co_await std::move(look);
    if (served && *served == Served::yes) co_return;
    const std::chrono::nanoseconds wait = wait_after(looks, served);
    if (served) {
      trouble.reset();
      if (!std::exchange(absence_reported, true)) reports.on_absent();
    } else if (trouble != served.error()) {
      trouble = served.error();
      reports.on_unknown(*trouble, wait);
    }
    co_await clock_.sleep(wait);
  }
}

std::chrono::nanoseconds Discovery::wait_after(unsigned looks, const Result<Served>& served) {
  constexpr BackoffOptions pace{10s, 5min};
  constexpr double left_to_chance = 0.2;
  const std::chrono::duration<double, std::nano> delay = exponential_delay(pace, looks - 1);
  const auto wait = std::chrono::duration_cast<std::chrono::nanoseconds>(
      delay * (1 - left_to_chance * chance_()));
  if (served || !served.error().retry_after()) return wait;
  return std::max<std::chrono::nanoseconds>(wait, *served.error().retry_after());
}

}  // namespace kube
