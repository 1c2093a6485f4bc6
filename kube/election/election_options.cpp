#include "kube/election/election_options.hpp"

#include <algorithm>

#include "base/go_duration.hpp"

namespace kube {

using base::Error;
using base::ErrorKind;
using base::format_go_duration;
using namespace std::chrono_literals;

namespace {

constexpr const char* lease_flag = "--leader-election-lease-duration";
constexpr const char* renew_flag = "--leader-election-renew-deadline";
constexpr const char* retry_flag = "--leader-election-retry-period";

base::Result<void> positive(const char* flag, std::chrono::nanoseconds value) {
  if (value > 0ns) return {};
  return Error(ErrorKind::invalid,
               std::string(flag) + " must be more than 0, not " + format_go_duration(value));
}

base::Result<void> longer(const std::string& what, std::chrono::nanoseconds value,
                          const std::string& than, std::chrono::nanoseconds least) {
  if (value > least) return {};
  return Error(ErrorKind::invalid, what + " must be longer than " + than + ", but " +
                                       format_go_duration(value) + " is not longer than " +
                                       format_go_duration(least));
}

}  // namespace

std::chrono::nanoseconds ElectionOptions::request_timeout() const {
  return std::max<std::chrono::nanoseconds>(1s, renew_deadline / 2);
}

base::Result<void> check(const ElectionOptions& options) {
  if (options.identity.empty())
    return Error(ErrorKind::invalid, "the leader election needs an identity, the host has no name");
  for (const auto& [flag, value] :
       {std::pair(lease_flag, options.lease_duration),
        std::pair(renew_flag, options.renew_deadline), std::pair(retry_flag, options.retry_period)})
    if (base::Result<void> checked = positive(flag, value); !checked) return checked;
  // The Lease holds whole seconds, and 0 would mean that it has expired already.
  if (options.lease_duration < 1s)
    return Error(ErrorKind::invalid, std::string(lease_flag) + " must be at least 1s, not " +
                                         format_go_duration(options.lease_duration));
  // What others wait is what the Lease says: the whole seconds.
  const auto told = std::chrono::floor<std::chrono::seconds>(options.lease_duration);
  if (auto checked = longer(lease_flag, told, renew_flag, options.renew_deadline); !checked)
    return checked;
  return longer(renew_flag, options.renew_deadline, std::string("1.2 times ") + retry_flag,
                options.retry_period + options.retry_period / 5);
}

}  // namespace kube
