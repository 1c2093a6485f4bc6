#include "devcluster/apiserver/json_patch.hpp"

#include <catch2/catch.hpp>

namespace devcluster::apiserver {
namespace {

TEST_CASE("a JSON patch changes the document as kube-apiserver does") {
  struct Row {
    const char* sentence;
    const char* document;
    const char* patch;
    const char* expected;
  };
  const Row row = GENERATE(values<Row>({
      {"add sets a member", R"({})", R"([{"op":"add","path":"/a","value":1}])", R"({"a":1})"},
      {"add overwrites a member", R"({"a":0})", R"([{"op":"add","path":"/a","value":1}])",
       R"({"a":1})"},
      {"add inserts into an array", R"([1,3])", R"([{"op":"add","path":"/1","value":2}])",
       R"([1,2,3])"},
      {"add with - appends", R"([1])", R"([{"op":"add","path":"/-","value":2}])", R"([1,2])"},
      {"replace of a missing member adds it", R"({})",
       R"([{"op":"replace","path":"/status","value":{}}])", R"({"status":{}})"},
      {"remove takes a member away", R"({"a":1,"b":2})", R"([{"op":"remove","path":"/a"}])",
       R"({"b":2})"},
      {"remove takes an element away", R"([1,2])", R"([{"op":"remove","path":"/0"}])", R"([2])"},
      {"move takes a value elsewhere", R"({"a":1})", R"([{"op":"move","from":"/a","path":"/b"}])",
       R"({"b":1})"},
      {"copy leaves the source", R"({"a":1})", R"([{"op":"copy","from":"/a","path":"/b"}])",
       R"({"a":1,"b":1})"},
      {"a test that holds changes nothing", R"({"a":1})",
       R"([{"op":"test","path":"/a","value":1}])", R"({"a":1})"},
      {"a test for null holds for a missing member", R"({})",
       R"([{"op":"test","path":"/a","value":null}])", R"({})"},
      {"~1 and ~0 are slash and tilde", R"({"a/b~":1})", R"([{"op":"remove","path":"/a~1b~0"}])",
       R"({})"},
      {"the whole document can be replaced", R"({"a":1})",
       R"([{"op":"replace","path":"","value":[]}])", R"([])"},
  }));
  INFO(row.sentence);
  const Answer<Json> patched = json_patched(Json::parse(row.document), Json::parse(row.patch));
  REQUIRE(patched.has_value());
  CHECK(*patched == Json::parse(row.expected));
}

TEST_CASE("a JSON patch that cannot be applied is refused") {
  struct Row {
    const char* sentence;
    const char* patch;
    int code;
  };
  const Row row = GENERATE(values<Row>({
      {"a failed test is 422", R"([{"op":"test","path":"/a","value":2}])", 422},
      {"remove of a missing member is 422", R"([{"op":"remove","path":"/b"}])", 422},
      {"a path through nothing is 422", R"([{"op":"add","path":"/b/c","value":1}])", 422},
      {"an index out of range is 422", R"([{"op":"replace","path":"/list/2","value":1}])", 422},
      {"no array is 400", R"({"op":"remove","path":"/a"})", 400},
      {"an unknown operation is 400", R"([{"op":"jump","path":"/a"}])", 400},
      {"a path without its slash is 400", R"([{"op":"remove","path":"a"}])", 400},
      {"a move from nowhere is 400", R"([{"op":"move","path":"/a"}])", 400},
  }));
  INFO(row.sentence);
  const Answer<Json> patched =
      json_patched(Json::parse(R"({"a":1,"list":[1]})"), Json::parse(row.patch));
  REQUIRE_FALSE(patched.has_value());
  CHECK(patched.error().code() == row.code);
}

}  // namespace
}  // namespace devcluster::apiserver
