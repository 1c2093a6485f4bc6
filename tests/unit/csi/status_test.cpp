#include "csi/status.hpp"

#include <catch2/catch.hpp>

#include "tests/support/result_printer.hpp"

using base::ErrorKind;

TEST_CASE("every gRPC code has its kind, its Go name, and its place in a create") {
  struct Row {
    int code;
    const char* name;
    ErrorKind kind;
    bool final;
  };
  const Row table[] = {
      {1, "Canceled", ErrorKind::cancelled, false},
      {2, "Unknown", ErrorKind::unknown, true},
      {3, "InvalidArgument", ErrorKind::invalid, true},
      {4, "DeadlineExceeded", ErrorKind::timed_out, false},
      {5, "NotFound", ErrorKind::not_found, true},
      {6, "AlreadyExists", ErrorKind::already_exists, true},
      {7, "PermissionDenied", ErrorKind::forbidden, true},
      {8, "ResourceExhausted", ErrorKind::exhausted, false},
      {9, "FailedPrecondition", ErrorKind::failed_precondition, true},
      {10, "Aborted", ErrorKind::aborted, false},
      {11, "OutOfRange", ErrorKind::out_of_range, true},
      {12, "Unimplemented", ErrorKind::unimplemented, true},
      {13, "Internal", ErrorKind::internal, true},
      {14, "Unavailable", ErrorKind::unavailable, false},
      {15, "DataLoss", ErrorKind::data_loss, true},
      {16, "Unauthenticated", ErrorKind::unauthenticated, true},
  };
  for (const Row& row : table) {
    INFO(row.name);
    const base::Error error = csi::rpc_error(row.code, "out of \"space\"");
    CHECK(error.kind() == row.kind);
    CHECK(error.text() ==
          std::string("rpc error: code = ") + row.name + " desc = out of \"space\"");
    CHECK(csi::code_name(row.code) == row.name);
    CHECK(csi::grpc_code(row.kind) == row.code);
    CHECK(csi::is_final(row.kind) == row.final);
  }
}

TEST_CASE("a code that gRPC does not define is unknown, but shown") {
  const base::Error error = csi::rpc_error(42, "eh?");
  CHECK(error.kind() == ErrorKind::unknown);
  CHECK(error.text() == "rpc error: code = Code(42) desc = eh?");
}

TEST_CASE("an error that is no gRPC status settles nothing") {
  for (const ErrorKind kind :
       {ErrorKind::malformed, ErrorKind::conflict, ErrorKind::expired, ErrorKind::throttled}) {
    INFO(base::to_string(kind));
    CHECK(!csi::is_final(kind));
    CHECK(csi::grpc_code(kind) == 2);
  }
}

TEST_CASE("codes without an error have names, too") {
  CHECK(csi::code_name(0) == "OK");
  CHECK(csi::code_name(42) == "Code(42)");
}
