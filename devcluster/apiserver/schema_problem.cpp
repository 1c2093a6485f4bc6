#include <algorithm>
#include <array>

#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/schema.hpp"
#include "devcluster/apiserver/schema_formats.hpp"

namespace devcluster::apiserver {
namespace {

// Where a schema holds further ones, besides properties.
constexpr std::array schema_lists{"allOf", "anyOf", "oneOf"};
constexpr std::array single_schemas{"items", "not", "additionalProperties"};

std::optional<std::string> problem_here(const Json& schema) {
  static constexpr std::array types{"",       "array",  "boolean", "integer",
                                    "number", "object", "string"};
  if (!schema.is_object()) return "must be an object";
  const std::string_view type = text(schema, "type");
  if (std::find(types.begin(), types.end(), type) == types.end())
    return "type: Unsupported value: \"" + std::string(type) + "\"";
  const std::string pattern(text(schema, "pattern"));
  if (const auto problem = problem_in_pattern(pattern))
    return "pattern: Invalid value: \"" + pattern + "\": " + *problem;
  return std::nullopt;
}

}  // namespace

std::optional<std::string> problem_in(const Json& schema) {
  const auto named = [](const std::string& step, std::optional<std::string> problem) {
    if (problem) problem = step + "." + *problem;
    return problem;
  };
  if (auto problem = problem_here(schema)) return problem;
  for (const auto& [key, property] : members(schema, "properties"))
    if (auto problem = named("properties[" + key + "]", problem_in(property))) return problem;
  for (const std::string_view key : single_schemas) {
    const Json* child = member(schema, key);
    if (!child || child->is_boolean()) continue;
    if (auto problem = named(std::string(key), problem_in(*child))) return problem;
  }
  for (const std::string_view key : schema_lists)
    for (const Json& child : list(schema, key))
      if (auto problem = named(std::string(key), problem_in(child))) return problem;
  return std::nullopt;
}

}  // namespace devcluster::apiserver
