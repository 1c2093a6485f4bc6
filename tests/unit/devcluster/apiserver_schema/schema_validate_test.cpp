#include <catch2/catch.hpp>

#include "devcluster/apiserver/schema.hpp"
#include "tests/unit/devcluster/apiserver_schema/support.hpp"

namespace devcluster::apiserver {
namespace {

Json schema_of_a(const char* field) {
  return Json{{"type", "object"}, {"properties", {{"a", j(field)}}}};
}

using Refusals = std::vector<std::string>;

}  // namespace

TEST_CASE("a value is refused in the words of the real server") {
  struct Row {
    const char* sentence;
    const char* schema;  // of the field a
    const char* value;   // of the field a
    Refusals expected;
  };
  const Row row = GENERATE(values<Row>({
      {"the right type", "{'type': 'string'}", "'x'", {}},
      {"the wrong type",
       "{'type': 'string'}",
       "1",
       {"a: Invalid value: \"integer\": a in body must be of type string: \"integer\""}},
      {"an integer is a number", "{'type': 'number'}", "1", {}},
      {"1.0 is an integer", "{'type': 'integer'}", "1.0", {}},
      {"1.5 is no integer",
       "{'type': 'integer'}",
       "1.5",
       {"a: Invalid value: \"number\": a in body must be of type integer: \"number\""}},
      {"null where it is not allowed",
       "{'type': 'string'}",
       "null",
       {"a: Invalid value: \"null\": a in body must be of type string: \"null\""}},
      {"null where it is", "{'type': 'string', 'nullable': true, 'enum': ['x']}", "null", {}},
      {"one of the allowed values",
       "{'type': 'string', 'enum': ['Delete', 'Retain']}",
       "'Retain'",
       {}},
      {"none of them",
       "{'type': 'string', 'enum': ['Delete', 'Retain']}",
       "'x'",
       {"a: Unsupported value: \"x\": supported values: \"Delete\", \"Retain\""}},
      {"a required field is missing",
       "{'type': 'object', 'required': ['b']}",
       "{}",
       {"a.b: Required value"}},
      {"a required element field is missing",
       "{'type': 'array', 'items': {'type': 'object', 'required': ['b']}}",
       "[{'b': 1}, {}]",
       {"a[1].b: Required value"}},
      {"the pattern is found", "{'type': 'string', 'pattern': '^[a-z]+$'}", "'abc'", {}},
      {"the pattern is not found",
       "{'type': 'string', 'pattern': '^[a-z]+$'}",
       "'A'",
       {"a: Invalid value: \"A\": a in body should match '^[a-z]+$'"}},
      {"long enough in characters",
       "{'type': 'string', 'minLength': 2, 'maxLength': 2}",
       "'äö'",
       {}},
      {"too short",
       "{'type': 'string', 'minLength': 1}",
       "''",
       {"a: Invalid value: \"\": a in body should be at least 1 chars long"}},
      {"too long",
       "{'type': 'string', 'maxLength': 2}",
       "'abc'",
       {"a: Too long: may not be more than 2 bytes"}},
      {"on the limit", "{'type': 'integer', 'minimum': 0, 'maximum': 9}", "9", {}},
      {"below the limit",
       "{'type': 'integer', 'minimum': 0}",
       "-1",
       {"a: Invalid value: -1: a in body should be greater than or equal to 0"}},
      {"above the limit",
       "{'type': 'integer', 'maximum': 9}",
       "10",
       {"a: Invalid value: 10: a in body should be less than or equal to 9"}},
      {"on a limit that is out",
       "{'type': 'number', 'minimum': 0, 'exclusiveMinimum': true}",
       "0",
       {"a: Invalid value: 0: a in body should be greater than 0"}},
      {"no multiple",
       "{'type': 'integer', 'multipleOf': 4}",
       "6",
       {"a: Invalid value: 6: a in body should be a multiple of 4"}},
      {"too few elements",
       "{'type': 'array', 'minItems': 1}",
       "[]",
       {"a: Invalid value: []: a in body should have at least 1 items"}},
      {"too many elements",
       "{'type': 'array', 'maxItems': 1}",
       "[1, 2]",
       {"a: Too many: 2: must have at most 1 items"}},
      {"twice in a set",
       "{'type': 'array', 'x-kubernetes-list-type': 'set'}",
       "['x', 'y', 'x']",
       {"a[2]: Duplicate value: \"x\""}},
      {"the same key twice",
       "{'type': 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k']}",
       "[{'k': 1, 'v': 1}, {'k': 1, 'v': 2}]",
       {"a[1]: Duplicate value: {\"k\":1}"}},
      {"a time", "{'type': 'string', 'format': 'date-time'}", "'2026-01-31T12:00:00Z'", {}},
      {"no time",
       "{'type': 'string', 'format': 'date-time'}",
       "'today'",
       {"a: Invalid value: \"today\": a in body must be of type date-time: \"today\""}},
      {"more than 32 bits",
       "{'type': 'integer', 'format': 'int32'}",
       "2147483648",
       {"a: Invalid value: 2147483648: a in body must be of type int32: 2147483648"}},
      {"more than 64 bits",
       "{'type': 'integer', 'format': 'int64'}",
       "9223372036854775808",
       {"a: Invalid value: 9223372036854775808: a in body must be of type int64: "
        "9223372036854775808"}},
      {"as many as 64 bits hold",
       "{'type': 'integer', 'format': 'int64'}",
       "9223372036854775807",
       {}},
      {"an unknown format is nobody's business",
       "{'type': 'string', 'format': 'color'}",
       "'x'",
       {}},
      {"a number where both are allowed",
       "{'type': 'string', 'x-kubernetes-int-or-string': true, 'pattern': '^[0-9]+$'}",
       "5",
       {}},
      {"text where both are allowed", "{'x-kubernetes-int-or-string': true}", "'5Gi'", {}},
      {"neither",
       "{'x-kubernetes-int-or-string': true}",
       "true",
       {"a: Invalid value: \"boolean\": a in body must be of type integer,string: \"boolean\""}},
      {"the values of a map",
       "{'type': 'object', 'additionalProperties': {'type': 'string'}}",
       "{'k': 1}",
       {"a.k: Invalid value: \"integer\": a.k in body must be of type string: \"integer\""}},
      {"exactly one branch",
       "{'oneOf': [{'required': ['x']}, {'required': ['y']}]}",
       "{'x': 1}",
       {}},
      {"both branches",
       "{'oneOf': [{'required': ['x']}, {'required': ['y']}]}",
       "{'x': 1, 'y': 1}",
       {"a: Invalid value: \"\": \"a\" must validate one and only one schema (oneOf). Found 2 "
        "valid "
        "alternatives"}},
      {"no branch",
       "{'oneOf': [{'required': ['x']}, {'required': ['y']}]}",
       "{}",
       {"a.x: Required value",
        "a: Invalid value: \"\": \"a\" must validate one and only one schema (oneOf). Found none "
        "valid"}},
      {"any branch",
       "{'anyOf': [{'required': ['x']}, {'required': ['y']}]}",
       "{'x': 1, 'y': 1}",
       {}},
      {"not any branch",
       "{'anyOf': [{'required': ['x']}]}",
       "{}",
       {"a.x: Required value",
        "a: Invalid value: \"\": \"a\" must validate at least one schema (anyOf)"}},
      {"not all branches",
       "{'allOf': [{'required': ['x']}, {'required': ['y']}]}",
       "{'x': 1}",
       {"a.y: Required value",
        "a: Invalid value: \"\": \"a\" must validate all the schemas (allOf)"}},
      {"what is ruled out",
       "{'not': {'required': ['x']}}",
       "{'x': 1}",
       {"a: Invalid value: \"\": \"a\" must not validate the schema (not)"}},
  }));
  INFO(row.sentence);
  const Json object{{"a", j(row.value)}};
  CHECK(sentences(validate(schema_of_a(row.schema), object)) == row.expected);
}

TEST_CASE("metadata is looked at whatever the schema says") {
  const Json object = j("{'metadata': {'name': 'n', 'labels': {'a': 1}}}");
  const Refusals expected{
      "metadata.labels.a: Invalid value: \"integer\": metadata.labels.a in body must be of type "
      "string: \"integer\""};
  CHECK(sentences(validate(j("{'type': 'object'}"), object)) == expected);
}

TEST_CASE("causes have the types that clients branch on") {
  const Json schema = j(R"({'type': 'object', 'required': ['r'], 'properties': {
    'e': {'enum': ['x']}, 't': {'type': 'string'}, 'v': {'minimum': 1}}})");
  std::vector<std::string> types;
  for (const Cause& cause : validate(schema, j("{'e': 'y', 't': 1, 'v': 0}")))
    types.push_back(cause.type);
  CHECK(types == std::vector<std::string>{"FieldValueRequired", "FieldValueNotSupported",
                                          "FieldValueTypeInvalid", "FieldValueInvalid"});
}

TEST_CASE("a schema that cannot be used says why") {
  struct Row {
    const char* sentence;
    const char* schema;
    const char* expected;
  };
  const Row row = GENERATE(values<Row>({
      {"fine", "{'type': 'object', 'properties': {'a': {'pattern': 'x'}}}", ""},
      {"a type nobody knows", "{'type': 'text'}", "type: Unsupported value: \"text\""},
      {"deep inside", "{'properties': {'a': {'items': {'type': 'text'}}}}",
       "properties[a].items.type: Unsupported value: \"text\""},
      {"in a branch", "{'oneOf': [{'type': 'text'}]}", "oneOf.type: Unsupported value: \"text\""},
      {"a pattern that does not compile", "{'pattern': '('}", "pattern: Invalid value: \"(\": "},
      {"no schema at all", "{'properties': {'a': 1}}", "properties[a].must be an object"},
  }));
  INFO(row.sentence);
  const std::string problem = problem_in(j(row.schema)).value_or("");
  CHECK_THAT(problem, Catch::StartsWith(row.expected));
  CHECK(problem.empty() == std::string_view(row.expected).empty());
}

}  // namespace devcluster::apiserver
