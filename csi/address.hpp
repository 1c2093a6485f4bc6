#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace csi {

// The path in `--csi-address`: "/path", "unix:/path" or "unix:///path". An address that can never
// work is an error (invalid) that says what to write instead.
base::Result<std::string> parse_address(std::string_view address);

enum class SocketState {
  missing,  // nothing there yet: the driver may still make it
  present,  // a socket; whether anybody listens is seen by connecting
};

// What is at that path now. ErrorKind::invalid: something that is no socket and will not become
// one; any other kind: it cannot be told now, look again later.
base::Result<SocketState> inspect_socket(const std::string& path);

}  // namespace csi
