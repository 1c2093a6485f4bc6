// The JSON document of openapi_v2, member by member, as messages.

#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/openapi.hpp"
#include "devcluster/apiserver/openapi_v2.pb.h"

namespace devcluster::apiserver {
namespace {

namespace pb = devcluster::openapi_v2;

std::string string_at(const Json& json, std::string_view key) {
  return std::string(text(json, key));
}

// Strings of CRDs come from outside; proto3 insists on UTF-8, and so does dump.
std::string as_yaml(const Json& value) {  // JSON is YAML
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void add_extensions(const Json& json,
                    google::protobuf::RepeatedPtrField<pb::NamedAny>* extensions) {
  for (const auto& [key, value] : json.items()) {
    if (!key.starts_with("x-")) continue;
    pb::NamedAny* extension = extensions->Add();
    extension->set_name(key);
    extension->mutable_value()->set_yaml(as_yaml(value));
  }
}

void fill(const Json& json, pb::Schema* schema);

void fill_structure(const Json& json, pb::Schema* schema) {
  for (const auto& [name, property] : members(json, "properties")) {
    pb::NamedSchema* named = schema->mutable_properties()->add_additional_properties();
    named->set_name(name);
    fill(property, named->mutable_value());
  }
  if (const Json* items = member(json, "items"))
    fill(*items, schema->mutable_items()->add_schema());
  if (const Json* additional = member(json, "additionalProperties"))
    fill(*additional, schema->mutable_additional_properties()->mutable_schema());
}

void fill(const Json& json, pb::Schema* schema) {
  schema->set_ref(string_at(json, "$ref"));
  schema->set_format(string_at(json, "format"));
  schema->set_description(string_at(json, "description"));
  if (member(json, "type")) schema->mutable_type()->add_value(string_at(json, "type"));
  for (const Json& name : list(json, "required"))
    if (name.is_string()) schema->add_required(name.get<std::string>());
  for (const Json& value : list(json, "enum")) schema->add_enum_()->set_yaml(as_yaml(value));
  fill_structure(json, schema);
  add_extensions(json, schema->mutable_vendor_extension());
}

void fill_body(const Json& json, pb::BodyParameter* body) {
  body->set_name(string_at(json, "name"));
  body->set_in("body");
  body->set_required(is_true(json, "required"));
  fill(json["schema"], body->mutable_schema());
}

template <class Parameter>
void fill_common(const Json& json, Parameter* parameter) {
  parameter->set_name(string_at(json, "name"));
  parameter->set_in(string_at(json, "in"));
  parameter->set_type(string_at(json, "type"));
  parameter->set_description(string_at(json, "description"));
}

void fill(const Json& json, pb::Parameter* parameter) {
  const std::string_view place = text(json, "in");
  if (place == "body") return fill_body(json, parameter->mutable_body_parameter());
  pb::NonBodyParameter* other = parameter->mutable_non_body_parameter();
  if (place == "query") return fill_common(json, other->mutable_query_parameter_sub_schema());
  pb::PathParameter* in_path = other->mutable_path_parameter_sub_schema();
  fill_common(json, in_path);
  in_path->set_required(true);
}

void fill(const Json& json, pb::Operation* operation) {
  operation->set_operation_id(string_at(json, "operationId"));
  for (const Json& type : list(json, "produces")) operation->add_produces(type.get<std::string>());
  for (const Json& type : list(json, "consumes")) operation->add_consumes(type.get<std::string>());
  for (const Json& parameter : list(json, "parameters"))
    fill(parameter, operation->add_parameters()->mutable_parameter());
  for (const auto& [code, answer] : members(json, "responses")) {
    pb::NamedResponseValue* named = operation->mutable_responses()->add_response_code();
    named->set_name(code);
    pb::Response* response = named->mutable_value()->mutable_response();
    response->set_description(string_at(answer, "description"));
    fill(answer["schema"], response->mutable_schema()->mutable_schema());
  }
  add_extensions(json, operation->mutable_vendor_extension());
}

void fill(const Json& json, pb::PathItem* path) {
  if (const Json* get = member(json, "get")) fill(*get, path->mutable_get());
  if (const Json* put = member(json, "put")) fill(*put, path->mutable_put());
  if (const Json* post = member(json, "post")) fill(*post, path->mutable_post());
  if (const Json* remove = member(json, "delete")) fill(*remove, path->mutable_delete_());
  if (const Json* patch = member(json, "patch")) fill(*patch, path->mutable_patch());
  for (const Json& parameter : list(json, "parameters"))
    fill(parameter, path->add_parameters()->mutable_parameter());
}

}  // namespace

std::string openapi_v2_protobuf(const std::vector<Kind>& kinds) {
  const Json json = openapi_v2(kinds);
  pb::Document document;
  document.set_swagger(string_at(json, "swagger"));
  document.mutable_info()->set_title(std::string(text(json, "info", "title")));
  document.mutable_info()->set_version(std::string(text(json, "info", "version")));
  for (const auto& [address, path] : members(json, "paths")) {
    pb::NamedPathItem* named = document.mutable_paths()->add_path();
    named->set_name(address);
    fill(path, named->mutable_value());
  }
  for (const auto& [name, schema] : members(json, "definitions")) {
    pb::NamedSchema* named = document.mutable_definitions()->add_additional_properties();
    named->set_name(name);
    fill(schema, named->mutable_value());
  }
  return document.SerializeAsString();
}

}  // namespace devcluster::apiserver
