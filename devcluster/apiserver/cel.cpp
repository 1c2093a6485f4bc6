#include "devcluster/apiserver/cel.hpp"

#include "devcluster/apiserver/cel_expression.hpp"
#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/schema_formats.hpp"
#include "devcluster/apiserver/schema_nodes.hpp"

namespace devcluster::apiserver {
namespace {

constexpr std::string_view rules_key = "x-kubernetes-validations";

// Why the rule is broken, in the words its author chose, or else the rule itself.
std::string explanation(const Json& rule) {
  const std::string_view message = text(rule, "message");
  return message.empty() ? "failed rule: " + std::string(text(rule, "rule")) : std::string(message);
}

Cause broken(const Json& rule, const Json& value, const std::string& path,
             const std::string& explanation) {
  const std::string field = path + std::string(text(rule, "fieldPath"));
  const std::string_view reason = text(rule, "reason");
  if (reason == "FieldValueForbidden")
    return {std::string(reason), field, "Forbidden: " + explanation};
  if (reason == "FieldValueRequired")
    return {std::string(reason), field, "Required value: " + explanation};
  const std::string shown = "\"" + std::string(type_of(value)) + "\": " + explanation;
  if (reason == "FieldValueDuplicate")
    return {std::string(reason), field, "Duplicate value: " + shown};
  return {"FieldValueInvalid", field, "Invalid value: " + shown};
}

bool is_supported(const Json& rule) {
  return !is_true(rule, "optionalOldSelf") && parse_cel(text(rule, "rule")).has_value();
}

// The element of the old list that this one was before: only lists with keys can tell.
const Json* old_element(const Json& schema, const Json* old_list, const Json& element) {
  if (!old_list || !old_list->is_array()) return nullptr;
  const Json::array_t& keys = list(schema, "x-kubernetes-list-map-keys");
  if (keys.empty()) return nullptr;
  const auto agrees = [&](const Json& old) {
    for (const Json& key : keys) {
      const Json* before = member(old, key.get<std::string>());
      const Json* now = member(element, key.get<std::string>());
      if (!before || !now || *before != *now) return false;
    }
    return true;
  };
  for (const Json& old : *old_list)
    if (agrees(old)) return &old;
  return nullptr;
}

class Rules {
 public:
  void check(const Json& schema, const Json& value, const Json* old, const std::string& path) {
    if (value.is_null()) return;
    for (const Json& rule : list(schema, rules_key)) check_rule(rule, value, old, path);
    if (value.is_object()) check_members(schema, value, old, path);
    if (value.is_array()) check_elements(schema, value, old, path);
  }
  std::vector<Cause> take() { return std::move(causes_); }

 private:
  void check_rule(const Json& rule, const Json& value, const Json* old, const std::string& path) {
    if (!is_supported(rule)) return;
    const CelNode expression = *parse_cel(text(rule, "rule"));
    if (mentions_old_self(expression) && !old) return;
    const std::optional<Json> result = evaluate_cel(expression, value, old);
    if (!result)
      causes_.push_back(broken(
          rule, value, path, "this rule cannot be evaluated: " + std::string(text(rule, "rule"))));
    else if (*result != Json(true))
      causes_.push_back(broken(rule, value, path, explanation(rule)));
  }
  void check_members(const Json& schema, const Json& object, const Json* old,
                     const std::string& path) {
    for (const auto& [key, value] : object.items())
      if (const Json* ruling = schema_of_member(schema, key))
        check(*ruling, value, old ? member(*old, key) : nullptr, path_to_member(path, key));
  }
  void check_elements(const Json& schema, const Json& array, const Json* old,
                      const std::string& path) {
    const Json* items = schema_of_items(schema);
    for (std::size_t i = 0; items && i < array.size(); ++i)
      check(*items, array[i], old_element(schema, old, array[i]), path_to_element(path, i));
  }

  std::vector<Cause> causes_;
};

void collect_unsupported(const Json& schema, const std::string& path,
                         std::vector<std::string>& found) {
  for (const Json& rule : list(schema, rules_key))
    if (!is_supported(rule))
      found.push_back((path.empty() ? "" : path + ": ") + std::string(text(rule, "rule")));
  for (const auto& [key, property] : members(schema, "properties"))
    collect_unsupported(property, path_to_member(path, key), found);
  if (const Json* items = schema_of_items(schema)) collect_unsupported(*items, path + "[*]", found);
  const Json* additional = member(schema, "additionalProperties");
  if (additional && additional->is_object())
    collect_unsupported(*additional, path_to_member(path, "*"), found);
}

}  // namespace

std::vector<Cause> check_rules(const Json& schema, const Json& object, const Json* old_object) {
  Rules rules;
  rules.check(schema, object, old_object, "");
  return rules.take();
}

std::vector<std::string> unsupported_rules(const Json& schema) {
  std::vector<std::string> found;
  collect_unsupported(schema, "", found);
  return found;
}

}  // namespace devcluster::apiserver
