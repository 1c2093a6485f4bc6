#include "base/error.hpp"

#include <cstdlib>
#include <stdexcept>

namespace base {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::aborted:
      return "aborted";
    case ErrorKind::already_exists:
      return "already exists";
    case ErrorKind::cancelled:
      return "cancelled";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::data_loss:
      return "data loss";
    case ErrorKind::exhausted:
      return "exhausted";
    case ErrorKind::expired:
      return "expired";
    case ErrorKind::failed_precondition:
      return "failed precondition";
    case ErrorKind::forbidden:
      return "forbidden";
    case ErrorKind::internal:
      return "internal error";
    case ErrorKind::invalid:
      return "invalid";
    case ErrorKind::malformed:
      return "malformed answer";
    case ErrorKind::not_found:
      return "not found";
    case ErrorKind::out_of_range:
      return "out of range";
    case ErrorKind::throttled:
      return "throttled";
    case ErrorKind::timed_out:
      return "timed out";
    case ErrorKind::unauthenticated:
      return "unauthenticated";
    case ErrorKind::unavailable:
      return "unavailable";
    case ErrorKind::unimplemented:
      return "unimplemented";
    case ErrorKind::unknown:
      return "unknown";
  }
  std::abort();  // not a kind: memory is corrupt
}

Error Error::with_retry_after(std::chrono::milliseconds wait) const {
  Error copy = *this;
  copy.retry_after_ = wait;
  return copy;
}

Error Error::while_doing(std::string_view what) const {
  Error copy = *this;
  copy.text_ = std::string(what) + ": " + text_;
  return copy;
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::logic_error("unchecked error: " + error.text());
}

}  // namespace base
