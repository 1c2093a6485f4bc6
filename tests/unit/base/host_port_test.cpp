#include "base/host_port.hpp"

#include <catch2/catch.hpp>

#include "tests/support/result_printer.hpp"

using base::HostPort;

TEST_CASE("addresses are split as Go splits them") {
  struct Row {
    const char* sentence;
    const char* address;
    HostPort split;
  };
  const Row table[] = {
      {"a port alone means every address", ":8080", HostPort("", "8080")},
      {"an IPv4 address", "127.0.0.1:0", HostPort("127.0.0.1", "0")},
      {"an IPv6 address loses its brackets", "[::1]:9090", HostPort("::1", "9090")},
      {"a zone belongs to the host", "[fe80::1%eth0]:80", HostPort("fe80::1%eth0", "80")},
      {"a name", "localhost:8080", HostPort("localhost", "8080")},
      {"a service for a port", "localhost:http", HostPort("localhost", "http")},
      {"an empty port is any", "localhost:", HostPort("localhost", "0")},
      {"the last port, with zeros", ":065535", HostPort("", "065535")},
      {"nothing but the colon", ":", HostPort("", "0")},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    const auto split = base::parse_host_port(row.address);
    REQUIRE(split);
    CHECK(*split == row.split);
  }
}

TEST_CASE("what is no address is refused, with what is wrong with it") {
  struct Row {
    const char* address;
    const char* reason;
  };
  const Row table[] = {
      {"8080", "it has no port"},
      {"", "it has no port"},
      {"::1:9090", "too many colons; an IPv6 address goes into brackets"},
      {"[::1]", "a ] is missing, or no port follows it"},
      {"[::1:9090", "a ] is missing, or no port follows it"},
      {":65536", "a port is at most 65535"},
      {"localhost:100000000000", "a port is at most 65535"},
      {"a]b:1", "a bracket where none may be"},
      {"[[::1]]:1", "a bracket where none may be"},
  };
  for (const Row& row : table) {
    INFO(row.address);
    const auto split = base::parse_host_port(row.address);
    REQUIRE(!split);
    CHECK(split.error() ==
          base::Error(base::ErrorKind::invalid,
                      "address \"" + std::string(row.address) + "\": " + row.reason));
  }
}
