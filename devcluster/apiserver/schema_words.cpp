#include "devcluster/apiserver/schema_words.hpp"

namespace devcluster::apiserver {
namespace {

Json typed(std::string_view type, std::string_view description) {
  return Json{{"type", type}, {"description", description}};
}

Json formatted(std::string_view type, std::string_view format, std::string_view description) {
  Json schema = typed(type, description);
  schema["format"] = format;
  return schema;
}

}  // namespace

Json a_string(std::string_view description) {
  return typed("string", description);
}
Json a_time(std::string_view description) {
  return formatted("string", "date-time", description);
}
Json a_boolean(std::string_view description) {
  return typed("boolean", description);
}
Json an_int32(std::string_view description) {
  return formatted("integer", "int32", description);
}
Json an_int64(std::string_view description) {
  return formatted("integer", "int64", description);
}
Json bytes(std::string_view description) {
  return formatted("string", "byte", description);
}

Json a_quantity(std::string_view description) {
  return Json{{"type", "string"},
              {"description", description},
              {"x-kubernetes-int-or-string", true},
              {"pattern",
               "^[+-]?([0-9]+|[0-9]*\\.[0-9]+|[0-9]+\\.)"
               "([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$"}};
}

Json anything(std::string_view description) {
  return open(typed("object", description));
}

Json a_map_of(Json values, std::string_view description) {
  Json schema = typed("object", description);
  schema["additionalProperties"] = std::move(values);
  return schema;
}

Json a_list_of(Json items, std::string_view description) {
  Json schema = typed("array", description);
  schema["items"] = std::move(items);
  return schema;
}

Json an_object(std::string_view description, const Fields& fields) {
  Json schema = typed("object", description);
  Json& properties = schema["properties"] = Json::object();
  for (const auto& [name, field] : fields) properties[std::string(name)] = field;
  return schema;
}

Json requiring(std::vector<std::string> names, Json schema) {
  schema["required"] = std::move(names);
  return schema;
}

Json defaulting_to(Json value, Json schema) {
  schema["default"] = std::move(value);
  return schema;
}

Json one_of(std::vector<std::string> values, Json schema) {
  schema["enum"] = std::move(values);
  return schema;
}

Json merged_by(std::string_view key, Json list) {
  list["x-kubernetes-patch-strategy"] = "merge";
  if (!key.empty()) list["x-kubernetes-patch-merge-key"] = key;
  return list;
}

Json open(Json object) {
  object["x-kubernetes-preserve-unknown-fields"] = true;
  return object;
}

}  // namespace devcluster::apiserver
