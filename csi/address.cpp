#include "csi/address.hpp"

#include <sys/un.h>

#include <cstddef>
#include <filesystem>

namespace csi {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

constexpr std::size_t max_path = sizeof(sockaddr_un::sun_path) - 1;  // 107 bytes on Linux

std::string_view without_scheme(std::string_view address) {
  for (const std::string_view scheme : {"unix://", "unix:"})
    if (address.starts_with(scheme)) return address.substr(scheme.size());
  return address;
}

std::string_view describe(fs::file_type type) {
  switch (type) {
    case fs::file_type::directory:
      return "a directory";
    case fs::file_type::regular:
      return "a regular file";
    default:
      return "not a socket";
  }
}

}  // namespace

base::Result<std::string> parse_address(std::string_view address) {
  const std::string_view path = without_scheme(address);
  if (!path.starts_with('/') || path.find('\0') != path.npos)
    return Error(ErrorKind::invalid,
                 "--csi-address \"" + std::string(address) +
                     "\" is no Unix socket: write an absolute path, /run/csi/socket or "
                     "unix:///run/csi/socket");
  if (path.size() > max_path)
    return Error(ErrorKind::invalid, "--csi-address \"" + std::string(address) +
                                         "\": the path has " + std::to_string(path.size()) +
                                         " bytes, a Unix socket allows " +
                                         std::to_string(max_path) + ": choose a shorter one");
  return std::string(path);
}

base::Result<SocketState> inspect_socket(const std::string& path) {
  std::error_code failed;
  const fs::file_type type = fs::status(path, failed).type();
  if (type == fs::file_type::socket) return SocketState::present;
  if (type == fs::file_type::not_found) return SocketState::missing;
  if (failed) {
    const bool denied = failed == std::errc::permission_denied;
    return Error(denied ? ErrorKind::forbidden : ErrorKind::unavailable,
                 "cannot look at the CSI socket " + path + ": " + failed.message());
  }
  return Error(ErrorKind::invalid, "the CSI socket " + path + " is " + std::string(describe(type)) +
                                       ": let --csi-address name the socket that the driver "
                                       "listens on");
}

}  // namespace csi
