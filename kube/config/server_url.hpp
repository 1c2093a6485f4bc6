#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace kube {

// Where the API server is. An IPv6 host is kept without brackets.
class ServerUrl {
 public:
  ServerUrl() = default;

  bool tls = true;
  std::string host;
  std::string port;    // decimal digits
  std::string prefix;  // "" or "/k8s/clusters/c-1": in front of every path, no slash at the end

  bool operator==(const ServerUrl&) const = default;
};

// Accepts http and https with host, optional port and path. Anything else a URL may hold (user,
// query, fragment) is refused: it would silently get lost.
base::Result<ServerUrl> parse_server_url(std::string_view text);

// "10.0.0.1:6443" or "[::1]:6443", as the Host header and error texts want it.
std::string authority(const ServerUrl& url);

// "https://10.0.0.1:6443/prefix".
std::string to_string(const ServerUrl& url);

}  // namespace kube
