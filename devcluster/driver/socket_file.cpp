#include "devcluster/driver/socket_file.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "devcluster/driver/files.hpp"

namespace devcluster::driver {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

// Whether a connection is accepted, which the kernel does for a listener that is busy, too.
bool somebody_listens(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int connected = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  const bool listens = connected == 0 || errno == EAGAIN;
  close(fd);
  return listens;
}

}  // namespace

base::Result<void> clear_socket_path(const std::string& path) {
  if (path.size() >= sizeof(sockaddr_un::sun_path))
    return Error(ErrorKind::invalid, "the socket path " + path +
                                         " is too long: a Unix socket "
                                         "allows 107 bytes");
  std::error_code error;
  const fs::file_type type = fs::symlink_status(path, error).type();
  if (type == fs::file_type::not_found) return {};
  if (type != fs::file_type::socket)
    return Error(ErrorKind::invalid,
                 path + " is in the way: it is no socket; remove it or choose another --endpoint");
  if (somebody_listens(path))
    return Error(ErrorKind::already_exists,
                 "another driver listens on " + path + ": stop it or choose another --endpoint");
  fs::remove(path, error);
  if (error) return errno_error("remove the old socket " + path, error.value());
  return {};
}

}  // namespace devcluster::driver
