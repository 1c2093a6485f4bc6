#include "csi/address.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "tests/support/fresh_folder.hpp"
#include "tests/support/result_printer.hpp"

namespace {

// What bind() leaves in the file system; nobody listens.
void make_socket(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  REQUIRE(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  close(fd);
}

std::string path_of_length(std::size_t length) {
  return "/" + std::string(length - 1, 'x');
}

}  // namespace

TEST_CASE("an address is an absolute path, with or without a scheme") {
  struct Row {
    const char* sentence;
    std::string address;
    std::string path;  // empty: refused
  };
  const Row table[] = {
      {"a bare path", "/run/csi/socket", "/run/csi/socket"},
      {"a path after unix://", "unix:///run/csi/socket", "/run/csi/socket"},
      {"a path after unix:", "unix:/run/csi/socket", "/run/csi/socket"},
      {"the longest path that a Unix socket can have", path_of_length(107), path_of_length(107)},
      {"one byte more", path_of_length(108), ""},
      {"nothing", "", ""},
      {"a scheme without a path", "unix://", ""},
      {"a relative path", "csi.sock", ""},
      {"a relative path after unix://, where a host would be", "unix://csi.sock", ""},
      {"a relative path after unix:", "unix:csi.sock", ""},
      {"a TCP address", "tcp://127.0.0.1:1234", ""},
      {"a host and a port", "localhost:1234", ""},
      {"a path with a zero byte, which the kernel would cut", std::string("/a\0b", 4), ""},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    const base::Result<std::string> path = csi::parse_address(row.address);
    if (!row.path.empty()) {
      REQUIRE(path);
      CHECK(*path == row.path);
      continue;
    }
    REQUIRE(!path);
    CHECK(path.error().kind() == base::ErrorKind::invalid);
    CHECK_THAT(path.error().text(), Catch::Contains("--csi-address"));
  }
}

TEST_CASE("a socket is there, may still come, or never can") {
  const tests::FreshFolder folder;
  CHECK(csi::inspect_socket(folder / "socket").value() == csi::SocketState::missing);
  CHECK(csi::inspect_socket(folder / "no-folder/socket").value() == csi::SocketState::missing);

  make_socket(folder / "socket");
  CHECK(csi::inspect_socket(folder / "socket").value() == csi::SocketState::present);
  std::filesystem::create_symlink(folder / "socket", folder / "link");
  CHECK(csi::inspect_socket(folder / "link").value() == csi::SocketState::present);

  const auto directory = csi::inspect_socket(folder.path().string());
  REQUIRE(!directory);
  CHECK(directory.error() ==
        base::Error(base::ErrorKind::invalid,
                    "the CSI socket " + folder.path().string() +
                        " is a directory: let --csi-address name the socket that the driver "
                        "listens on"));

  std::ofstream(folder / "file") << "text";
  const auto file = csi::inspect_socket(folder / "file");
  REQUIRE(!file);
  CHECK_THAT(file.error().text(), Catch::Contains("/file is a regular file: "));
}
