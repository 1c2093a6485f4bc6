#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

namespace base {

// What callers branch on, and nothing else. The gRPC codes and the API server's reasons map onto
// this one list: csi/status.hpp and kube/api/status_error.hpp hold the mappings.
enum class ErrorKind {
  aborted,              // gRPC ABORTED: another operation for the object is under way
  already_exists,       // gRPC ALREADY_EXISTS, HTTP 409 AlreadyExists
  cancelled,            // we gave up waiting, or the peer says that we did
  conflict,             // HTTP 409: the object changed, read it again and decide anew
  data_loss,            // gRPC DATA_LOSS
  exhausted,            // gRPC RESOURCE_EXHAUSTED
  expired,              // HTTP 410: the version asked for is gone, list again
  failed_precondition,  // gRPC FAILED_PRECONDITION
  forbidden,            // HTTP 403, gRPC PERMISSION_DENIED
  internal,             // the peer's own fault: HTTP 500, gRPC INTERNAL
  invalid,              // HTTP 400/422, gRPC INVALID_ARGUMENT, a bad flag or file
  malformed,            // what came back cannot be understood, or contradicts the protocol
  not_found,            // HTTP 404, gRPC NOT_FOUND, no such file
  out_of_range,         // gRPC OUT_OF_RANGE
  throttled,            // HTTP 429
  timed_out,            // no answer in time; whether the deed was done is unknown
  unauthenticated,      // HTTP 401, gRPC UNAUTHENTICATED
  unavailable,          // not reachable, or not serving now
  unimplemented,        // gRPC UNIMPLEMENTED, HTTP 405/415
  unknown,              // gRPC UNKNOWN, or a code that no list names
};

// Lower-case words, for logs and error texts: "already exists".
std::string_view to_string(ErrorKind kind);

// The one error type of the program: a kind for the caller, a sentence for people. It never holds
// a secret. It has constructors on purpose: g++ 12 destroys braced aggregates twice next to
// co_await.
class Error {
 public:
  Error() = default;  // Boost 1.81: result::error() needs one, for the case of no error
  Error(ErrorKind kind, std::string text) : kind_(kind), text_(std::move(text)) {}

  ErrorKind kind() const { return kind_; }
  const std::string& text() const { return text_; }

  // How long the peer asked us to stay away (Retry-After); absent when it did not say.
  std::optional<std::chrono::milliseconds> retry_after() const { return retry_after_; }
  Error with_retry_after(std::chrono::milliseconds wait) const;

  // "get volumesnapshotcontents/x: connection refused": context is added once per layer.
  Error while_doing(std::string_view what) const;

  bool operator==(const Error&) const = default;

 private:
  ErrorKind kind_ = ErrorKind::unknown;
  std::string text_;
  std::optional<std::chrono::milliseconds> retry_after_;
};

// Asked for by boost::system::result when value() is called on an error: a bug of ours.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location&);

template <class T>
using Result = boost::system::result<T, Error>;

}  // namespace base
