#include "kube/events/delivery_rule.hpp"

#include <cstdlib>

namespace kube {
namespace {

using base::ErrorKind;

// The API server's own 503 and 504 are among these: they are about the server, not the event.
bool worth_another_attempt(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::malformed:
    case ErrorKind::timed_out:
    case ErrorKind::unavailable:
      return true;
    case ErrorKind::aborted:
    case ErrorKind::already_exists:
    case ErrorKind::cancelled:
    case ErrorKind::conflict:
    case ErrorKind::data_loss:
    case ErrorKind::exhausted:
    case ErrorKind::expired:
    case ErrorKind::failed_precondition:
    case ErrorKind::forbidden:
    case ErrorKind::internal:
    case ErrorKind::invalid:
    case ErrorKind::not_found:
    case ErrorKind::out_of_range:
    case ErrorKind::throttled:  // ApiClient has waited already, for as long as it was told
    case ErrorKind::unauthenticated:
    case ErrorKind::unimplemented:
    case ErrorKind::unknown:
      return false;
  }
  std::abort();  // not a kind: memory is corrupt
}

}  // namespace

std::optional<std::chrono::nanoseconds> wait_before_next_attempt(ErrorKind kind, int tries,
                                                                 double chance) {
  constexpr int most_tries = 12;
  constexpr std::chrono::duration<double, std::nano> pause = std::chrono::seconds(10);
  if (tries >= most_tries || !worth_another_attempt(kind)) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::nanoseconds>(tries == 1 ? pause * chance : pause);
}

}  // namespace kube
