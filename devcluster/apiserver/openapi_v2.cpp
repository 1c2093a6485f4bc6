#include <array>

#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/openapi.hpp"
#include "devcluster/apiserver/openapi_model.hpp"

namespace devcluster::apiserver {
namespace {

// What Swagger 2.0 has a word for, and kubectl reads. The rest is for the server alone.
constexpr std::array plain_words{"description",
                                 "format",
                                 "required",
                                 "enum",
                                 "x-kubernetes-patch-strategy",
                                 "x-kubernetes-patch-merge-key",
                                 "x-kubernetes-list-type",
                                 "x-kubernetes-list-map-keys",
                                 "x-kubernetes-map-type",
                                 "x-kubernetes-group-version-kind",
                                 "x-kubernetes-preserve-unknown-fields"};

Json swagger_reference(std::string_view definition) {
  return {{"$ref", "#/definitions/" + std::string(definition)}};
}

// Swagger cannot say "null or", "a number or text", or "these fields and others": where the schema
// does, the type or the fields are left out, so that clients do not refuse what the server takes.
Json swagger_schema(const Json& schema) {
  if (const std::string_view target = text(schema, "$ref"); !target.empty())
    return {{"$ref", "#/definitions/" + std::string(target)},
            {"description", text(schema, "description")}};
  Json result = Json::object();
  for (const std::string_view word : plain_words)
    if (const Json* value = member(schema, word)) result[std::string(word)] = *value;
  if (is_true(schema, "nullable") || is_true(schema, "x-kubernetes-int-or-string")) {
    result.erase("format");
    result.erase("enum");
    result.erase("required");
    return result;
  }
  if (const Json* type = member(schema, "type")) result["type"] = *type;
  if (is_true(schema, "x-kubernetes-preserve-unknown-fields")) return result;
  for (const auto& [key, property] : members(schema, "properties"))
    result["properties"][key] = swagger_schema(property);
  if (const Json* items = member(schema, "items")) result["items"] = swagger_schema(*items);
  const Json* additional = member(schema, "additionalProperties");
  if (additional && additional->is_object())
    result["additionalProperties"] = swagger_schema(*additional);
  return result;
}

Json swagger_parameter(const ApiParameter& parameter, std::string_view place) {
  Json result{{"name", parameter.name},
              {"in", place},
              {"type", parameter.type},
              {"description", parameter.description}};
  if (place == "path") result["required"] = true;
  return result;
}

Json swagger_operation(const ApiOperation& operation) {
  Json parameters = Json::array();
  if (!operation.consumes.empty())
    parameters.push_back(
        {{"name", "body"},
         {"in", "body"},
         {"required", operation.action != "delete" && operation.action != "deletecollection"},
         {"schema", swagger_reference(operation.body)}});
  for (const ApiParameter& parameter : operation.query)
    parameters.push_back(swagger_parameter(parameter, "query"));
  Json result{{"operationId", operation.id},
              {"produces", {"application/json"}},
              {"parameters", std::move(parameters)},
              {"x-kubernetes-action", operation.action},
              {"x-kubernetes-group-version-kind", operation.group_version_kind}};
  result["responses"]["200"] = {{"description", "OK"},
                                {"schema", swagger_reference(operation.answer)}};
  if (!operation.consumes.empty()) result["consumes"] = operation.consumes;
  return result;
}

Json swagger_path(const ApiPath& path) {
  Json result = Json::object();
  for (const ApiOperation& operation : path.operations)
    result[operation.method] = swagger_operation(operation);
  for (const ApiParameter& parameter : path.placeholders)
    result["parameters"].push_back(swagger_parameter(parameter, "path"));
  return result;
}

}  // namespace

Json openapi_v2(const std::vector<Kind>& kinds) {
  Json document{{"swagger", "2.0"},
                {"info", {{"title", "Kubernetes"}, {"version", "unversioned"}}},
                {"paths", Json::object()},
                {"definitions", Json::object()}};
  for (const Kind& kind : kinds)
    for (const ApiPath& path : paths_of(kind)) document["paths"][path.address] = swagger_path(path);
  for (const auto& [name, schema] : definitions_of(kinds))
    document["definitions"][name] = swagger_schema(schema);
  return document;
}

}  // namespace devcluster::apiserver
