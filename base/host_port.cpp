#include "base/host_port.hpp"

#include <algorithm>

namespace base {
namespace {

Error wrong(std::string_view address, const char* what) {
  return Error(ErrorKind::invalid, "address \"" + std::string(address) + "\": " + what);
}

// The resolver would take it modulo 65536.
bool is_too_large(std::string_view port) {
  const bool number = port.find_first_not_of("0123456789") == std::string_view::npos;
  port.remove_prefix(std::min(port.find_first_not_of('0'), port.size()));
  return number && (port.size() > 5 || (port.size() == 5 && port > "65535"));
}

}  // namespace

Result<HostPort> parse_host_port(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return wrong(address, "it has no port");
  std::string_view host = address.substr(0, colon);
  const std::string_view port = address.substr(colon + 1);
  if (host.starts_with('[')) {
    if (!host.ends_with(']')) return wrong(address, "a ] is missing, or no port follows it");
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return wrong(address, "too many colons; an IPv6 address goes into brackets");
  }
  if (host.find_first_of("[]") != std::string_view::npos)
    return wrong(address, "a bracket where none may be");
  if (is_too_large(port)) return wrong(address, "a port is at most 65535");
  // As in Go, an empty port is any free one.
  return HostPort(std::string(host), port.empty() ? "0" : std::string(port));
}

}  // namespace base
