#include <cstdint>
#include <sstream>

#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/openapi.hpp"
#include "devcluster/apiserver/openapi_model.hpp"

namespace devcluster::apiserver {
namespace {

Json schema_reference(std::string_view definition) {
  return {{"$ref", "#/components/schemas/" + std::string(definition)}};
}

// Structural schemas are OpenAPI v3 as they stand; only references are written differently.
Json with_references(const Json& schema) {
  if (const std::string_view target = text(schema, "$ref"); !target.empty())
    return {{"allOf", Json::array({schema_reference(target)})},
            {"description", text(schema, "description")}};
  Json result = schema;
  for (const auto& [key, property] : members(schema, "properties"))
    result["properties"][key] = with_references(property);
  if (const Json* items = member(schema, "items")) result["items"] = with_references(*items);
  return result;
}

Json parameter(const ApiParameter& from, std::string_view place) {
  Json result{{"name", from.name},
              {"in", place},
              {"description", from.description},
              {"schema", {{"type", from.type}}}};
  if (place == "path") result["required"] = true;
  return result;
}

Json content(const std::vector<std::string>& media_types, const std::string& definition) {
  Json result = Json::object();
  for (const std::string& type : media_types)
    result[type] = {{"schema", schema_reference(definition)}};
  return result;
}

Json operation_object(const ApiOperation& operation) {
  Json result{{"operationId", operation.id},
              {"parameters", Json::array()},
              {"x-kubernetes-action", operation.action},
              {"x-kubernetes-group-version-kind", operation.group_version_kind}};
  for (const ApiParameter& query : operation.query)
    result["parameters"].push_back(parameter(query, "query"));
  if (!operation.consumes.empty())
    result["requestBody"] = {{"content", content(operation.consumes, operation.body)}};
  result["responses"]["200"] = {{"description", "OK"},
                                {"content", content({"application/json"}, operation.answer)}};
  return result;
}

Json path_item(const ApiPath& path) {
  Json result = Json::object();
  for (const ApiOperation& operation : path.operations)
    result[operation.method] = operation_object(operation);
  for (const ApiParameter& placeholder : path.placeholders)
    result["parameters"].push_back(parameter(placeholder, "path"));
  return result;
}

std::string path_of(const Kind& kind) {
  return (kind.group.empty() ? "api/" : "apis/") + kind.api_version();
}

// FNV-1a: clients only compare it, to see whether what they keep is still true.
std::string hash_of(const Json& document) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const unsigned char c : document.dump(-1, ' ', false, Json::error_handler_t::replace))
    hash = (hash ^ c) * 1099511628211ULL;
  std::ostringstream digits;
  digits << std::hex << std::uppercase << hash;
  return digits.str();
}

}  // namespace

Json openapi_v3(const std::vector<Kind>& kinds, std::string_view group, std::string_view version) {
  std::vector<Kind> members_of_group;
  for (const Kind& kind : kinds)
    if (kind.group == group && kind.version == version) members_of_group.push_back(kind);

  Json paths = Json::object();
  for (const Kind& kind : members_of_group)
    for (const ApiPath& path : paths_of(kind)) paths[path.address] = path_item(path);
  Json schemas = Json::object();
  for (const auto& [name, schema] : definitions_of(members_of_group))
    schemas[name] = with_references(schema);
  return {{"openapi", "3.0.0"},
          {"info", {{"title", "Kubernetes"}, {"version", "unversioned"}}},
          {"paths", std::move(paths)},
          {"components", {{"schemas", std::move(schemas)}}}};
}

Json openapi_v3_index(const std::vector<Kind>& kinds) {
  Json paths = Json::object();
  for (const Kind& kind : kinds) {
    const std::string path = path_of(kind);
    if (paths.contains(path)) continue;
    const std::string hash = hash_of(openapi_v3(kinds, kind.group, kind.version));
    paths[path] = {{"serverRelativeURL", "/openapi/v3/" + path + "?hash=" + hash}};
  }
  return {{"paths", std::move(paths)}};
}

}  // namespace devcluster::apiserver
