#include "kube/http/request.hpp"

#include <catch2/catch.hpp>

#include "kube/http/user_agent.hpp"

namespace kube {
namespace {

TEST_CASE("a request on the wire") {
  CHECK(to_wire(HttpRequest("GET", "/a?b=c"), {{"Host", "h:1"}, {"Accept", "x/y"}}).value() ==
        "GET /a?b=c HTTP/1.1\r\nHost: h:1\r\nAccept: x/y\r\n\r\n");
  HttpRequest patch("PATCH", "/a");
  patch.content_type = "application/merge-patch+json";
  patch.body = "{}";
  CHECK(to_wire(patch, {{"Host", "h:1"}}).value() ==
        "PATCH /a HTTP/1.1\r\nHost: h:1\r\nContent-Type: application/merge-patch+json\r\n"
        "Content-Length: 2\r\n\r\n{}");
}

TEST_CASE("a header cannot smuggle in another, and its value is not repeated") {
  for (const char* value : {"a\r\nX: y", "a\nb", std::string_view("a\x7f").data()}) {
    const auto wire = to_wire(HttpRequest("GET", "/"), {{"Authorization", value}});
    CHECK(wire.error().text() == "the value of the header Authorization holds control characters");
  }
}

TEST_CASE("the user agent begins with the field manager") {
  CHECK_THAT(user_agent("csi-snapshotter", "v1.2.3"),
             Catch::Matches("csi-snapshotter/v1\\.2\\.3 \\(linux/[a-z0-9]+\\) kubernetes/none"));
}

}  // namespace
}  // namespace kube
