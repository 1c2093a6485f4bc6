#include "devcluster/apiserver/cel.hpp"

#include <catch2/catch.hpp>

#include "devcluster/apiserver/cel_expression.hpp"
#include "tests/unit/devcluster/apiserver_schema/support.hpp"

namespace devcluster::apiserver {
namespace {

Json with_rule(const char* type, const char* rule) {
  Json field{{"type", type}};
  field["x-kubernetes-validations"].push_back(Json{{"rule", rule}, {"message", "broken"}});
  return Json{{"type", "object"}, {"properties", {{"a", field}}}};
}

}  // namespace

TEST_CASE("an expression comes to a value, or fails") {
  const Json self =
      j("{'name': 'backup', 'size': 3, 'list': [1, 2], 'namespace': 'ns',"
        " 'a.b': 1, 'yes': true, 'empty': {}}");
  const Json old = j("{'name': 'backup', 'size': 2}");
  struct Row {
    const char* expression;
    const char* expected;  // empty: it fails
  };
  const Row row = GENERATE(values<Row>({
      {"true", "true"},
      {"!true", "false"},
      {"!!true", "true"},
      {"true && false", "false"},
      {"true || false", "true"},
      {"false && false || true", "true"},
      {"false && (false || true)", "false"},
      {"self.name", "'backup'"},
      {"self.name == 'backup'", "true"},
      {"self.name == \"backup\"", "true"},
      {"self.name != 'other'", "true"},
      {"self.name == oldSelf.name", "true"},
      {"self == oldSelf", "false"},
      {"self.size > oldSelf.size", "true"},
      {"self.size >= 3 && self.size <= 3", "true"},
      {"self.size < -1", "false"},
      {"self.name < 'c'", "true"},
      {"self.name < 1", ""},
      {"size(self.name)", "6"},
      {"size('äö')", "2"},
      {"size(self.list) == 2", "true"},
      {"size(self.empty) == 0", "true"},
      {"size(self.size)", ""},
      {"has(self.name)", "true"},
      {"has(self.other)", "false"},
      {"has(self.other.thing)", ""},
      {"has(self.name) != has(self.other)", "true"},
      {"has(self.__namespace__) && self.__namespace__ == 'ns'", "true"},
      {"has(self.a__dot__b)", "true"},
      {"self.other", ""},
      {"!self.name", ""},
      {"self.yes", "true"},
      {"self.other || true", "true"},
      {"true || self.other", "true"},
      {"self.other && false", "false"},
      {"self.other || false", ""},
      {"self.name && true", ""},
      {"  has( self.name )\n&&\ttrue ", "true"},
  }));
  INFO(row.expression);
  const auto expression = parse_cel(row.expression);
  REQUIRE(expression.has_value());
  const auto value = evaluate_cel(*expression, self, &old);
  CHECK((value ? value->dump() : "") == (*row.expected ? j(row.expected).dump() : ""));
}

TEST_CASE("what is beyond this part of CEL is not parsed") {
  const char* rule =
      GENERATE("", "self.", "self ==", "(self", "self)", "has(self)", "has()", "size()", "other",
               "self.name.startsWith('a')", "self.list[0] == 1", "self.list.all(x, x > 0)",
               "1 + 1 == 2", "self.a ? true : false", "self.size == 1.5", "self.name == 'it\\'s'",
               "'open", "self in [1]", "self.a == 1u", "self.a = 1", "a == b == c");
  INFO(rule);
  CHECK(!parse_cel(rule).has_value());
}

TEST_CASE("a rule too long to be parsed safely is not parsed") {
  const std::string deep = std::string(5000, '(') + "true" + std::string(5000, ')');
  CHECK(!parse_cel(deep).has_value());
}

TEST_CASE("a broken rule is told in the author's words") {
  struct Row {
    const char* sentence;
    const char* rule;
    const char* expected;
  };
  const Row row = GENERATE(values<Row>({
      {"with the message", "{'rule': 'size(self) > 0', 'message': 'must not be empty'}",
       "FieldValueInvalid a: Invalid value: \"string\": must not be empty"},
      {"without one: the rule itself", "{'rule': 'size(self) > 0'}",
       "FieldValueInvalid a: Invalid value: \"string\": failed rule: size(self) > 0"},
      {"with a reason",
       "{'rule': 'size(self) > 0', 'message': 'no', 'reason': 'FieldValueForbidden'}",
       "FieldValueForbidden a: Forbidden: no"},
      {"about a field below",
       "{'rule': 'size(self) > 0', 'message': 'no', 'reason': 'FieldValueRequired',"
       " 'fieldPath': '.b'}",
       "FieldValueRequired a.b: Required value: no"},
      {"one that fails is broken", "{'rule': 'self.b', 'message': 'no'}",
       "FieldValueInvalid a: Invalid value: \"string\": this rule cannot be evaluated: self.b"},
  }));
  INFO(row.sentence);
  Json schema = with_rule("string", "true");
  schema["properties"]["a"]["x-kubernetes-validations"] = Json::array({j(row.rule)});
  const auto causes = check_rules(schema, j("{'a': ''}"), nullptr);
  REQUIRE(causes.size() == 1);
  CHECK(causes[0].type + " " + sentences(causes)[0] == row.expected);
}

TEST_CASE("a rule about the change is looked at where there was a value before") {
  struct Row {
    const char* sentence;
    const char* before;  // empty: the object is new
    const char* now;
    bool broken;
  };
  const Row row = GENERATE(values<Row>({
      {"a new object", "", "{'a': 'x'}", false},
      {"the value is new", "{}", "{'a': 'x'}", false},
      {"the value is as before", "{'a': 'x'}", "{'a': 'x'}", false},
      {"the value changed", "{'a': 'x'}", "{'a': 'y'}", true},
      {"the value is gone", "{'a': 'x'}", "{}", false},
  }));
  INFO(row.sentence);
  const Json schema = with_rule("string", "self == oldSelf");
  const Json before = *row.before ? j(row.before) : Json();
  const auto causes = check_rules(schema, j(row.now), *row.before ? &before : nullptr);
  CHECK(causes.empty() != row.broken);
}

TEST_CASE("elements of a list with keys are compared with what they were") {
  const Json schema = j(R"({'properties': {'list': {
    'type': 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'],
    'items': {'type': 'object', 'properties': {
      'v': {'x-kubernetes-validations': [{'rule': 'self == oldSelf'}]}}}}}})");
  const Json before = j("{'list': [{'k': 1, 'v': 'a'}, {'k': 2, 'v': 'b'}]}");
  CHECK(check_rules(schema, j("{'list': [{'k': 2, 'v': 'b'}, {'k': 3, 'v': 'c'}]}"), &before)
            .empty());
  const auto causes =
      check_rules(schema, j("{'list': [{'k': 2, 'v': 'x'}, {'k': 1, 'v': 'a'}]}"), &before);
  REQUIRE(causes.size() == 1);
  CHECK(causes[0].field == "list[0].v");
}

TEST_CASE("rules beyond this part of CEL are named, not faked") {
  const Json schema = j(R"({
    'x-kubernetes-validations': [{'rule': 'self.all(x, true)'}, {'rule': 'true'}],
    'properties': {
      'a': {'x-kubernetes-validations': [{'rule': 'self + 1 == 2'}]},
      'l': {'items': {'x-kubernetes-validations': [{'rule': 'self == oldSelf',
                                                    'optionalOldSelf': true}]}},
      'm': {'additionalProperties': {'x-kubernetes-validations': [{'rule': 'x'}]}}}})");
  CHECK(unsupported_rules(schema) == std::vector<std::string>{"self.all(x, true)",
                                                              "a: self + 1 == 2",
                                                              "l[*]: self == oldSelf", "m.*: x"});
  CHECK(check_rules(schema, j("{'a': 1, 'l': [1], 'm': {'k': 1}}"), nullptr).empty());
}

}  // namespace devcluster::apiserver
