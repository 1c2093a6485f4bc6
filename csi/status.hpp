#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace csi {

// A gRPC status other than OK as our error. The text has the shape that Go gives it and operators
// know: `rpc error: code = DeadlineExceeded desc = context deadline exceeded`. A code that gRPC
// does not define has ErrorKind::unknown and is written `Code(42)`.
base::Error rpc_error(int grpc_code, std::string_view description);

// As Go prints a code: "OK", "DeadlineExceeded", "Code(42)".
std::string code_name(int grpc_code);

// The gRPC code of a kind; UNKNOWN (2) for the kinds that gRPC does not have.
int grpc_code(base::ErrorKind kind);

// After a create has failed in this way, nothing of it can be in progress any more: it may be
// forgotten, or asked for anew under the same name. Otherwise the driver may still be at work, and
// so it may after every error that is no gRPC status.
bool is_final(base::ErrorKind kind);

}  // namespace csi
