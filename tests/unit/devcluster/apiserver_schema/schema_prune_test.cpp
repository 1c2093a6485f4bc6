#include <catch2/catch.hpp>

#include "devcluster/apiserver/schema.hpp"
#include "tests/unit/devcluster/apiserver_schema/support.hpp"

namespace devcluster::apiserver {
namespace {

const Json schema = j(R"({
  'type': 'object',
  'properties': {
    'spec': {'type': 'object', 'properties': {
      'driver': {'type': 'string'},
      'maybe': {'type': 'string', 'nullable': true},
      'parameters': {'type': 'object', 'additionalProperties': {'type': 'string'}},
      'open': {'type': 'object', 'x-kubernetes-preserve-unknown-fields': true,
               'properties': {'known': {'type': 'object', 'properties': {}}}},
      'list': {'type': 'array', 'items': {'type': 'object',
               'properties': {'name': {'type': 'string'}}}},
      'template': {'type': 'object', 'x-kubernetes-embedded-resource': true,
                   'properties': {'spec': {'type': 'object', 'properties': {}}}},
      'policy': {'type': 'string', 'default': 'Delete'},
      'nested': {'type': 'object', 'properties': {'size': {'type': 'integer', 'default': 3}}},
      'whole': {'type': 'object', 'default': {},
                'properties': {'size': {'type': 'integer', 'default': 4}}}
    }}
  }})");

Json with_spec(const char* spec) {
  return Json{{"spec", j(spec)}};
}

}  // namespace

TEST_CASE("what the schema does not name is removed, and reported") {
  struct Row {
    const char* sentence;
    const char* given;
    const char* expected;
    std::vector<std::string> unknown;
  };
  const Row row = GENERATE(values<Row>({
      {"a named field stays", "{'driver': 'd'}", "{'driver': 'd'}", {}},
      {"an unknown field goes",
       "{'driver': 'd', 'color': 'red'}",
       "{'driver': 'd'}",
       {"spec.color"}},
      {"any key of a map stays", "{'parameters': {'a': 'b'}}", "{'parameters': {'a': 'b'}}", {}},
      {"unknown fields of an element go",
       "{'list': [{'name': 'n', 'x': 1}, {'y': 2}]}",
       "{'list': [{'name': 'n'}, {}]}",
       {"spec.list[0].x", "spec.list[1].y"}},
      {"an open object keeps everything",
       "{'open': {'x': {'y': 1}}}",
       "{'open': {'x': {'y': 1}}}",
       {}},
      {"but its known parts are pruned",
       "{'open': {'known': {'y': 1}}}",
       "{'open': {'known': {}}}",
       {"spec.open.known.y"}},
      {"an embedded object keeps what every object has",
       "{'template': {'apiVersion': 'v1', 'kind': 'K', 'metadata': {'name': 'n'}, 'x': 1}}",
       "{'template': {'apiVersion': 'v1', 'kind': 'K', 'metadata': {'name': 'n'}}}",
       {"spec.template.x"}},
      {"a null goes where null is not allowed", "{'driver': null}", "{}", {}},
      {"a null stays where it is", "{'maybe': null}", "{'maybe': null}", {}},
      {"a null in a map goes", "{'parameters': {'a': null}}", "{'parameters': {}}", {}},
      {"a value of the wrong type is left for validation", "{'list': 'x'}", "{'list': 'x'}", {}},
  }));
  INFO(row.sentence);
  Json object = with_spec(row.given);
  CHECK(unknown_fields(schema, object) == row.unknown);
  prune(schema, object);
  CHECK(object == with_spec(row.expected));
}

TEST_CASE("a whole object keeps apiVersion, kind and the known fields of metadata") {
  Json object = j(R"({'apiVersion': 'v1', 'kind': 'K', 'extra': 1,
                      'metadata': {'name': 'n', 'creationTimestamp': null, 'nickname': 'x',
                                   'labels': {'a': 'b'}}})");
  CHECK(unknown_fields(schema, object) == std::vector<std::string>{"extra", "metadata.nickname"});
  prune(schema, object);
  CHECK(object == j(R"({'apiVersion': 'v1', 'kind': 'K',
                        'metadata': {'name': 'n', 'labels': {'a': 'b'}}})"));
}

TEST_CASE("without a schema nothing is pruned") {
  Json object = with_spec("{'x': null}");
  CHECK(unknown_fields(nullptr, object).empty());
  prune(nullptr, object);
  CHECK(object == with_spec("{'x': null}"));
}

TEST_CASE("defaults are filled in where a value is absent") {
  struct Row {
    const char* sentence;
    const char* given;
    const char* expected;
  };
  const Row row = GENERATE(values<Row>({
      {"an absent field", "{}", "{'policy': 'Delete', 'whole': {'size': 4}}"},
      {"a given one is left alone", "{'policy': 'Retain'}",
       "{'policy': 'Retain', 'whole': {'size': 4}}"},
      {"a null counts as absent", "{'policy': null}", "{'policy': 'Delete', 'whole': {'size': 4}}"},
      {"inside a parent that is there", "{'nested': {}}",
       "{'policy': 'Delete', 'nested': {'size': 3}, 'whole': {'size': 4}}"},
  }));
  INFO(row.sentence);
  Json object = with_spec(row.given);
  apply_defaults(schema, object);
  CHECK(object == with_spec(row.expected));
}

}  // namespace devcluster::apiserver
