#include "devcluster/apiserver/openapi.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "devcluster/apiserver/builtin_kinds.hpp"
#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/openapi_v2.pb.h"
#include "tests/unit/devcluster/apiserver_schema/support.hpp"

namespace devcluster::apiserver {
namespace {

namespace pb = devcluster::openapi_v2;

constexpr const char* content_definition = "io.k8s.storage.snapshot.v1.VolumeSnapshotContent";
constexpr const char* content_path =
    "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents/{name}";

const std::vector<Kind>& all_kinds() {
  static const std::vector<Kind> kinds = [] {
    std::vector<Kind> result = builtin_kinds();
    for (const char* plural :
         {"volumesnapshots", "volumesnapshotcontents", "volumesnapshotclasses"})
      result.push_back(snapshot_kind(plural));
    return result;
  }();
  return kinds;
}

// Every target of a $ref anywhere below.
void collect_references(const Json& json, std::set<std::string>& found) {
  for (const Json& child : json) {
    if (!child.is_structured()) continue;
    if (const std::string_view target = text(child, "$ref"); !target.empty())
      found.insert(std::string(target.substr(target.rfind('/') + 1)));
    collect_references(child, found);
  }
}

void check_references(const Json& document, const Json& definitions) {
  std::set<std::string> targets;
  collect_references(document, targets);
  CHECK(!targets.empty());
  for (const std::string& target : targets) {
    INFO(target);
    CHECK(definitions.contains(target));
  }
}

void check_ids_differ(const Json& paths) {
  std::set<std::string> ids;
  for (const Json& path : paths)
    for (const Json& operation : path)
      if (const std::string_view id = text(operation, "operationId"); !id.empty()) {
        INFO(id);
        CHECK(ids.insert(std::string(id)).second);
      }
  CHECK(ids.size() > 100);
}

bool has_parameter(const Json& operation, std::string_view name) {
  for (const Json& parameter : list(operation, "parameters"))
    if (text(parameter, "name") == name) return true;
  return false;
}

const Json content_gvk =
    j("{'group': 'snapshot.storage.k8s.io', 'version': 'v1', 'kind': 'VolumeSnapshotContent'}");

}  // namespace

TEST_CASE("definitions have the names that clients know") {
  const Json definitions = openapi_v2(all_kinds())["definitions"];
  const char* name =
      GENERATE("io.k8s.api.core.v1.Secret", "io.k8s.api.core.v1.SecretList",
               "io.k8s.api.coordination.v1.Lease", "io.k8s.api.storage.v1.StorageClass",
               "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition",
               "io.k8s.storage.snapshot.v1.VolumeSnapshotContentList",
               "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
  CHECK(definitions.contains(name));
}

TEST_CASE("the Swagger document is whole") {
  const Json document = openapi_v2(all_kinds());
  CHECK(document["swagger"] == "2.0");
  check_references(document, document["definitions"]);
  check_ids_differ(document["paths"]);
}

TEST_CASE("clients find the model of a kind, and what its patch understands") {
  const Json document = openapi_v2(all_kinds());
  CHECK(document["definitions"][content_definition]["x-kubernetes-group-version-kind"] ==
        Json::array({content_gvk}));
  const Json& patch = document["paths"][content_path]["patch"];
  CHECK(patch["x-kubernetes-action"] == "patch");
  CHECK(patch["x-kubernetes-group-version-kind"] == content_gvk);
  CHECK(has_parameter(patch, "fieldValidation"));
  CHECK(has_parameter(patch, "dryRun"));
  CHECK(patch["consumes"] == j("['application/json-patch+json', 'application/merge-patch+json']"));
  CHECK(document["paths"]["/api/v1/namespaces/{namespace}/secrets/{name}"]["patch"]["consumes"]
            .back() == "application/strategic-merge-patch+json");
}

TEST_CASE("a schema in Swagger's words refuses nothing that the server takes") {
  struct Row {
    const char* sentence;
    const char* schema;  // of the field a
    const char* expected;
  };
  const Row row = GENERATE(values<Row>({
      {"plain fields stay", "{'type': 'string', 'description': 'd', 'enum': ['x']}",
       "{'type': 'string', 'description': 'd', 'enum': ['x']}"},
      {"a number or text has no type",
       "{'type': 'string', 'description': 'd', 'x-kubernetes-int-or-string': true}",
       "{'description': 'd'}"},
      {"neither has what may be null",
       "{'type': 'object', 'nullable': true, 'required': ['b'],"
       " 'properties': {'b': {'type': 'string'}}}",
       "{}"},
      {"an open object names no fields",
       "{'type': 'object', 'x-kubernetes-preserve-unknown-fields': true,"
       " 'properties': {'b': {'type': 'string'}}}",
       "{'type': 'object', 'x-kubernetes-preserve-unknown-fields': true}"},
      {"branches and rules are the server's business",
       "{'type': 'object', 'oneOf': [{'required': ['b']}], 'x-kubernetes-validations': []}",
       "{'type': 'object'}"},
      {"lists and maps go down",
       "{'type': 'array', 'items': {'type': 'object', 'additionalProperties':"
       " {'type': 'string', 'default': 'x'}}}",
       "{'type': 'array', 'items': {'type': 'object', 'additionalProperties':"
       " {'type': 'string'}}}"},
      {"any value is no schema", "{'type': 'object', 'additionalProperties': true}",
       "{'type': 'object'}"},
  }));
  INFO(row.sentence);
  Kind kind;
  kind.group = "example.com";
  kind.version = "v1";
  kind.kind = "Backup";
  kind.custom = true;
  kind.schema = Json{{"type", "object"}, {"properties", {{"a", j(row.schema)}}}};
  CHECK(openapi_v2({kind})["definitions"]["com.example.v1.Backup"]["properties"]["a"] ==
        j(row.expected));
}

TEST_CASE("in binary it says the same") {
  pb::Document document;
  REQUIRE(document.ParseFromString(openapi_v2_protobuf(all_kinds())));
  const Json json = openapi_v2(all_kinds());
  CHECK(document.swagger() == "2.0");
  CHECK(document.info().title() == "Kubernetes");
  CHECK(static_cast<std::size_t>(document.paths().path_size()) == json["paths"].size());
  CHECK(static_cast<std::size_t>(document.definitions().additional_properties_size()) ==
        json["definitions"].size());

  SECTION("a definition") {
    const pb::Schema* content = nullptr;
    for (const pb::NamedSchema& named : document.definitions().additional_properties())
      if (named.name() == content_definition) content = &named.value();
    REQUIRE(content);
    CHECK(content->type().value(0) == "object");
    CHECK(content->required(0) == "spec");
    REQUIRE(content->vendor_extension_size() == 1);
    CHECK(content->vendor_extension(0).name() == "x-kubernetes-group-version-kind");
    CHECK(Json::parse(content->vendor_extension(0).value().yaml()) == Json::array({content_gvk}));
    std::set<std::string> properties;
    for (const pb::NamedSchema& named : content->properties().additional_properties()) {
      properties.insert(named.name());
      if (named.name() == "metadata")
        CHECK(named.value().ref() ==
              "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
    }
    CHECK(properties == std::set<std::string>{"apiVersion", "kind", "metadata", "spec", "status"});
  }
  SECTION("an operation") {
    const pb::PathItem* path = nullptr;
    for (const pb::NamedPathItem& named : document.paths().path())
      if (named.name() == content_path) path = &named.value();
    REQUIRE(path);
    std::set<std::string> query;
    for (const pb::ParametersItem& item : path->patch().parameters())
      query.insert(item.parameter().non_body_parameter().query_parameter_sub_schema().name());
    CHECK(query.count("fieldValidation") == 1);
    CHECK(query.count("dryRun") == 1);
    CHECK(path->patch().vendor_extension_size() == 2);
  }
}

TEST_CASE("the numbers on the wire are those of openapi.v2") {
  struct Row {
    const google::protobuf::Descriptor* message;
    const char* field;
    int number;
  };
  const Row row = GENERATE(values<Row>({
      {pb::Document::descriptor(), "swagger", 1},
      {pb::Document::descriptor(), "info", 2},
      {pb::Document::descriptor(), "paths", 8},
      {pb::Document::descriptor(), "definitions", 9},
      {pb::PathItem::descriptor(), "get", 2},
      {pb::PathItem::descriptor(), "patch", 8},
      {pb::PathItem::descriptor(), "parameters", 9},
      {pb::Operation::descriptor(), "operation_id", 5},
      {pb::Operation::descriptor(), "parameters", 8},
      {pb::Operation::descriptor(), "responses", 9},
      {pb::Operation::descriptor(), "vendor_extension", 13},
      {pb::QueryParameter::descriptor(), "name", 4},
      {pb::QueryParameter::descriptor(), "type", 6},
      {pb::PathParameter::descriptor(), "type", 5},
      {pb::Schema::descriptor(), "ref", 1},
      {pb::Schema::descriptor(), "description", 4},
      {pb::Schema::descriptor(), "required", 19},
      {pb::Schema::descriptor(), "additional_properties", 21},
      {pb::Schema::descriptor(), "type", 22},
      {pb::Schema::descriptor(), "items", 23},
      {pb::Schema::descriptor(), "properties", 25},
      {pb::Schema::descriptor(), "vendor_extension", 31},
      {pb::Any::descriptor(), "yaml", 2},
  }));
  INFO(row.message->name() << "." << row.field);
  const google::protobuf::FieldDescriptor* field = row.message->FindFieldByName(row.field);
  REQUIRE(field);
  CHECK(field->number() == row.number);
}

TEST_CASE("the v3 index names every group and version") {
  const Json paths = openapi_v3_index(all_kinds())["paths"];
  std::set<std::string> found;
  for (const auto& [path, entry] : paths.items()) {
    found.insert(path);
    CHECK_THAT(text(entry, "serverRelativeURL").data(),
               Catch::StartsWith("/openapi/v3/" + path + "?hash="));
  }
  CHECK(found == std::set<std::string>{
                     "api/v1", "apis/apiextensions.k8s.io/v1", "apis/coordination.k8s.io/v1",
                     "apis/snapshot.storage.k8s.io/v1", "apis/storage.k8s.io/v1"});
}

TEST_CASE("the hash of the v3 index follows the document") {
  std::vector<Kind> kinds{builtin_kind("secrets"), builtin_kind("leases")};
  const Json before = openapi_v3_index(kinds)["paths"];
  kinds[0].schema["description"] = "Something else.";
  const Json after = openapi_v3_index(kinds)["paths"];
  CHECK(before["api/v1"] != after["api/v1"]);
  CHECK(before["apis/coordination.k8s.io/v1"] == after["apis/coordination.k8s.io/v1"]);
}

TEST_CASE("the v3 documents are whole") {
  const auto [group, version] = GENERATE(table<const char*, const char*>({
      {"", "v1"},
      {"snapshot.storage.k8s.io", "v1"},
      {"apiextensions.k8s.io", "v1"},
  }));
  const Json document = openapi_v3(all_kinds(), group, version);
  CHECK(document["openapi"] == "3.0.0");
  check_references(document, document["components"]["schemas"]);
}

TEST_CASE("a v3 document holds one group alone, with all that the schema says") {
  const Json document = openapi_v3(all_kinds(), "snapshot.storage.k8s.io", "v1");
  CHECK(!document["components"]["schemas"].contains("io.k8s.api.core.v1.Secret"));
  const Json& content = document["components"]["schemas"][content_definition];
  CHECK(content["x-kubernetes-group-version-kind"] == Json::array({content_gvk}));
  CHECK(!content["properties"]["spec"]["x-kubernetes-validations"].empty());
  const Json& patch = document["paths"][content_path]["patch"];
  CHECK(patch["x-kubernetes-group-version-kind"] == content_gvk);
  CHECK(has_parameter(patch, "fieldValidation"));
}

}  // namespace devcluster::apiserver
