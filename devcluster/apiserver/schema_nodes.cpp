#include "devcluster/apiserver/schema_nodes.hpp"

#include "devcluster/apiserver/json_access.hpp"

namespace devcluster::apiserver {

bool preserves_unknown_fields(const Json& schema) {
  const Json* additional = member(schema, "additionalProperties");
  return is_true(schema, "x-kubernetes-preserve-unknown-fields") ||
         (additional && additional->is_boolean() && additional->get<bool>());
}

bool is_embedded_resource(const Json& schema) {
  return is_true(schema, "x-kubernetes-embedded-resource");
}

const Json* schema_of_member(const Json& schema, std::string_view key) {
  if (const Json* named = member(schema, "properties", key)) return named;
  const Json* additional = member(schema, "additionalProperties");
  return additional && additional->is_object() ? additional : nullptr;
}

const Json* schema_of_items(const Json& schema) {
  return member(schema, "items");
}

std::string path_to_member(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

std::string path_to_element(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

}  // namespace devcluster::apiserver
