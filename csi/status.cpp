#include "csi/status.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <string>

namespace csi {
namespace {

using base::ErrorKind;

// https://grpc.io/docs/guides/status-codes, with the names that Go prints.
struct Code {
  int number;
  std::string_view name;
  ErrorKind kind;
};
constexpr int unknown_code = 2;
constexpr Code codes[] = {
    {1, "Canceled", ErrorKind::cancelled},
    {unknown_code, "Unknown", ErrorKind::unknown},
    {3, "InvalidArgument", ErrorKind::invalid},
    {4, "DeadlineExceeded", ErrorKind::timed_out},
    {5, "NotFound", ErrorKind::not_found},
    {6, "AlreadyExists", ErrorKind::already_exists},
    {7, "PermissionDenied", ErrorKind::forbidden},
    {8, "ResourceExhausted", ErrorKind::exhausted},
    {9, "FailedPrecondition", ErrorKind::failed_precondition},
    {10, "Aborted", ErrorKind::aborted},
    {11, "OutOfRange", ErrorKind::out_of_range},
    {12, "Unimplemented", ErrorKind::unimplemented},
    {13, "Internal", ErrorKind::internal},
    {14, "Unavailable", ErrorKind::unavailable},
    {15, "DataLoss", ErrorKind::data_loss},
    {16, "Unauthenticated", ErrorKind::unauthenticated},
};

const Code* find(int number) {
  const auto code = std::find_if(std::begin(codes), std::end(codes),
                                 [&](const Code& known) { return known.number == number; });
  return code == std::end(codes) ? nullptr : code;
}

}  // namespace

base::Error rpc_error(int grpc_code, std::string_view description) {
  const Code* code = find(grpc_code);
  return base::Error(
      code ? code->kind : ErrorKind::unknown,
      "rpc error: code = " + code_name(grpc_code) + " desc = " + std::string(description));
}

std::string code_name(int grpc_code) {
  if (grpc_code == 0) return "OK";
  const Code* code = find(grpc_code);
  return code ? std::string(code->name) : "Code(" + std::to_string(grpc_code) + ")";
}

int grpc_code(ErrorKind kind) {
  const auto code = std::find_if(std::begin(codes), std::end(codes),
                                 [&](const Code& known) { return known.kind == kind; });
  return code == std::end(codes) ? unknown_code : code->number;
}

bool is_final(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::aborted:
    case ErrorKind::cancelled:
    case ErrorKind::exhausted:
    case ErrorKind::timed_out:
    case ErrorKind::unavailable:
      return false;
    case ErrorKind::conflict:  // no gRPC status, from here to malformed
    case ErrorKind::expired:
    case ErrorKind::throttled:
    case ErrorKind::malformed:
      return false;
    case ErrorKind::already_exists:
    case ErrorKind::data_loss:
    case ErrorKind::failed_precondition:
    case ErrorKind::forbidden:
    case ErrorKind::internal:
    case ErrorKind::invalid:
    case ErrorKind::not_found:
    case ErrorKind::out_of_range:
    case ErrorKind::unauthenticated:
    case ErrorKind::unimplemented:
    case ErrorKind::unknown:
      return true;
  }
  std::abort();  // not a kind: memory is corrupt
}

}  // namespace csi
