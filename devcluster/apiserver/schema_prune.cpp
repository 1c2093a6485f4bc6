#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/object_meta.hpp"
#include "devcluster/apiserver/schema.hpp"
#include "devcluster/apiserver/schema_nodes.hpp"

namespace devcluster::apiserver {
namespace {

bool is_type_meta(std::string_view key) {
  return key == "apiVersion" || key == "kind";
}

// The schema that rules a member. Whole objects bring their own for metadata, whatever theirs says.
const Json* ruling_schema(const Json& schema, std::string_view key, bool whole_object) {
  if (whole_object && key == "metadata") return &object_meta_schema();
  return schema_of_member(schema, key);
}

bool is_known(const Json& schema, std::string_view key, bool whole_object) {
  return (whole_object && is_type_meta(key)) || ruling_schema(schema, key, whole_object);
}

bool may_be_null(const Json& schema) {
  return is_true(schema, "nullable");
}

void prune_value(const Json& schema, Json& value, bool whole_object);

void prune_members(const Json& schema, Json& object, bool whole_object) {
  const bool keeps_all = preserves_unknown_fields(schema);
  for (auto it = object.begin(); it != object.end();) {
    const Json* ruling = ruling_schema(schema, it.key(), whole_object);
    const bool unwanted_null = ruling && it->is_null() && !may_be_null(*ruling);
    const bool unknown = !keeps_all && !is_known(schema, it.key(), whole_object);
    if (unknown || unwanted_null) {
      it = object.erase(it);
      continue;
    }
    if (ruling) prune_value(*ruling, *it, is_embedded_resource(*ruling));
    ++it;
  }
}

void prune_value(const Json& schema, Json& value, bool whole_object) {
  if (value.is_object()) return prune_members(schema, value, whole_object);
  const Json* items = schema_of_items(schema);
  if (!value.is_array() || !items) return;
  for (Json& element : value) prune_value(*items, element, is_embedded_resource(*items));
}

// Collects what prune_members would remove as unknown.
class UnknownFields {
 public:
  void look(const Json& schema, const Json& value, const std::string& path, bool whole_object) {
    if (value.is_object()) return look_at_members(schema, value, path, whole_object);
    const Json* items = schema_of_items(schema);
    if (!value.is_array() || !items) return;
    for (std::size_t i = 0; i < value.size(); ++i)
      look(*items, value[i], path_to_element(path, i), is_embedded_resource(*items));
  }
  std::vector<std::string> take() { return std::move(found_); }

 private:
  void look_at_members(const Json& schema, const Json& object, const std::string& path,
                       bool whole_object) {
    const bool keeps_all = preserves_unknown_fields(schema);
    for (const auto& [key, value] : object.items()) {
      const std::string here = path_to_member(path, key);
      const Json* ruling = ruling_schema(schema, key, whole_object);
      if (ruling)
        look(*ruling, value, here, is_embedded_resource(*ruling));
      else if (!keeps_all && !is_known(schema, key, whole_object))
        found_.push_back(here);
    }
  }

  std::vector<std::string> found_;
};

void fill_in(const Json& schema, Json& value) {
  if (value.is_array()) {
    if (const Json* items = schema_of_items(schema))
      for (Json& element : value) fill_in(*items, element);
    return;
  }
  if (!value.is_object()) return;
  for (const auto& [key, property] : members(schema, "properties")) {
    const Json* standard = member(property, "default");
    const auto found = value.find(key);
    const bool absent = found == value.end() || (found->is_null() && !may_be_null(property));
    if (standard && absent) value[key] = *standard;
  }
  for (auto& [key, child] : value.items())
    if (const Json* ruling = schema_of_member(schema, key)) fill_in(*ruling, child);
}

}  // namespace

void prune(const Json& schema, Json& object) {
  if (!schema.is_null()) prune_value(schema, object, true);
}

std::vector<std::string> unknown_fields(const Json& schema, const Json& object) {
  UnknownFields fields;
  if (!schema.is_null()) fields.look(schema, object, "", true);
  return fields.take();
}

void apply_defaults(const Json& schema, Json& object) {
  if (!schema.is_null()) fill_in(schema, object);
}

}  // namespace devcluster::apiserver
