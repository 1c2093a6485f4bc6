#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace base {

// Where to listen, as Go programs take it: ":8080", "127.0.0.1:0", "[::1]:9090", "localhost:http".
class HostPort {
 public:
  HostPort(std::string host, std::string port) : host(std::move(host)), port(std::move(port)) {}

  std::string host;  // without brackets; empty: every address of the machine
  std::string port;  // a number, or the name of a service

  bool operator==(const HostPort&) const = default;
};

// The error quotes the address and says what is wrong with it.
Result<HostPort> parse_host_port(std::string_view address);

}  // namespace base
