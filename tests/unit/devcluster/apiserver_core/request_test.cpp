#include "devcluster/apiserver/request.hpp"

#include <catch2/catch.hpp>

namespace devcluster::apiserver {
namespace {

// "verb group/version namespace resource name subresource", a dot for what is empty.
std::string summary(const RequestInfo& info) {
  if (!info.is_resource) return "no resource";
  std::string out = info.verb;
  for (const std::string& part :
       {info.group + "/" + info.version, info.ns, info.resource, info.name, info.subresource})
    out += " " + (part.empty() ? "." : part);
  return out;
}

TEST_CASE("a method and a target say what is asked for") {
  struct Row {
    const char* method;
    const char* target;
    const char* expected;
  };
  const Row row = GENERATE(values<Row>({
      {"GET", "/api/v1/secrets", "list /v1 . secrets . ."},
      {"GET", "/api/v1/namespaces/a/secrets/b", "get /v1 a secrets b ."},
      {"GET", "/api/v1/namespaces/a", "get /v1 . namespaces a ."},
      {"PUT", "/api/v1/namespaces/a/status", "update /v1 . namespaces a status"},
      {"POST", "/apis/g/v1/things", "create g/v1 . things . ."},
      {"PATCH", "/apis/g/v1/namespaces/n/things/x/status", "patch g/v1 n things x status"},
      {"DELETE", "/apis/g/v1/things/x", "delete g/v1 . things x ."},
      {"DELETE", "/apis/g/v1/things", "deletecollection g/v1 . things . ."},
      {"GET", "/apis/g/v1/things?watch=true", "watch g/v1 . things . ."},
      {"GET", "/apis/g/v1/things?watch=1&fieldSelector=metadata.name%3Dx",
       "watch g/v1 . things x ."},
      {"GET", "/apis/g/v1/things?fieldSelector=metadata.name%3Dx", "list g/v1 . things x ."},
      {"GET", "/apis/g/v1/things?watch=false", "list g/v1 . things . ."},
      {"GET", "/apis/g/v1/things/a%2Fb", "get g/v1 . things a/b ."},
      {"GET", "/api/v1", "no resource"},
      {"GET", "/apis/g/v1", "no resource"},
      {"GET", "/apis/g/v1/a/b/c/d", "no resource"},
      {"GET", "/healthz", "no resource"},
      {"GET", "", "no resource"},
  }));
  INFO(row.method << " " << row.target);
  CHECK(summary(request_info(row.method, row.target)) == row.expected);
}

TEST_CASE("query parameters are decoded") {
  const Query query("a=1%2C2&b=x+y&c&a=3&d=%zz");
  CHECK(query.get("a") == "1,2");
  CHECK(query.get("b") == "x y");
  CHECK(query.has("c"));
  CHECK(query.get("d") == "%zz");
  CHECK_FALSE(query.has("e"));
}

}  // namespace
}  // namespace devcluster::apiserver
