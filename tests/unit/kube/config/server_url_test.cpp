#include "kube/config/server_url.hpp"

#include <catch2/catch.hpp>

namespace kube {
namespace {

TEST_CASE("server URLs in their forms") {
  struct Row {
    const char* text;
    const char* host;
    const char* complete;
  };
  const Row table[] = {
      {"https://10.0.0.1", "10.0.0.1", "https://10.0.0.1:443"},
      {"http://kube.example", "kube.example", "http://kube.example:80"},
      {"https://[fd00::1]:6443", "fd00::1", "https://[fd00::1]:6443"},
      {"https://a:6443/", "a", "https://a:6443"},
      {"HTTPS://a/k8s/clusters/c-1/", "a", "https://a:443/k8s/clusters/c-1"},
  };
  for (const Row& row : table) {
    INFO(row.text);
    const ServerUrl url = parse_server_url(row.text).value();
    CHECK(url.host == row.host);
    CHECK(to_string(url) == row.complete);
    CHECK(parse_server_url(to_string(url)).value() == url);
  }
}

TEST_CASE("what is no server URL is refused") {
  for (const char* text :
       {"", "localhost:6443", "unix:///x", "https://", "https://a?b", "https://a#b", "https://u@a",
        "https://a:0", "https://a:99999", "https://a b"}) {
    INFO(text);
    CHECK(parse_server_url(text).has_error());
  }
}

}  // namespace
}  // namespace kube
