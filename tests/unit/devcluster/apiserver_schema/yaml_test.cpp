#include "devcluster/apiserver/yaml.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/devcluster/apiserver_schema/support.hpp"

namespace devcluster::apiserver {

TEST_CASE("scalars get the type that they look like") {
  struct Row {
    const char* sentence;
    const char* yaml;
    const char* expected;
  };
  const Row row = GENERATE(values<Row>({
      {"text", "a: Delete", "{'a': 'Delete'}"},
      {"an integer", "a: 42", "{'a': 42}"},
      {"a negative integer", "a: -1", "{'a': -1}"},
      {"a fraction", "a: 0.5", "{'a': 0.5}"},
      {"a truth", "a: true", "{'a': true}"},
      {"yes and no are words", "a: no", "{'a': 'no'}"},
      {"a quoted number is text", "a: \"42\"", "{'a': '42'}"},
      {"a quoted truth is text", "a: 'true'", "{'a': 'true'}"},
      {"nothing", "a:", "{'a': null}"},
      {"a quantity is text", "a: 10Gi", "{'a': '10Gi'}"},
      {"a time is text", "a: 2026-01-31T12:00:00Z", "{'a': '2026-01-31T12:00:00Z'}"},
      {"a version is text", "a: 1.2.3", "{'a': '1.2.3'}"},
      {"infinity is a word", "a: inf", "{'a': 'inf'}"},
      {"lists and maps", "a: [{b: 1}, {}]", "{'a': [{'b': 1}, {}]}"},
  }));
  INFO(row.sentence);
  const auto objects = parse_yaml(row.yaml);
  REQUIRE(objects.has_value());
  CHECK(*objects == std::vector<Json>{j(row.expected)});
}

TEST_CASE("a manifest holds several documents, of which empty ones do not count") {
  const auto objects = parse_yaml("---\na: 1\n---\n---\n# nothing\n---\nb: 2\n");
  REQUIRE(objects.has_value());
  CHECK(*objects == std::vector<Json>{j("{'a': 1}"), j("{'b': 2}")});
}

TEST_CASE("a manifest that cannot be read says where") {
  const auto objects = parse_yaml("a: [1\nb: 2");
  REQUIRE(objects.has_error());
  CHECK(objects.error().kind() == base::ErrorKind::invalid);
  CHECK_THAT(objects.error().text(), Catch::Contains("line 2"));
}

}  // namespace devcluster::apiserver
