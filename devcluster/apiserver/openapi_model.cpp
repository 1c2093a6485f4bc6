#include "devcluster/apiserver/openapi_model.hpp"

#include <sstream>

#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/object_meta.hpp"
#include "devcluster/apiserver/schema_words.hpp"

namespace devcluster::apiserver {
namespace {

const std::string meta_prefix = "io.k8s.apimachinery.pkg.apis.meta.v1.";
const std::string object_meta = meta_prefix + "ObjectMeta";
const std::string list_meta = meta_prefix + "ListMeta";
const std::string patch_name = meta_prefix + "Patch";
const std::string status_name = meta_prefix + "Status";
const std::string delete_options = meta_prefix + "DeleteOptions";

const std::vector<std::string> plain_json{"application/json"};

Json group_version_kind(const Kind& kind, const std::string& name) {
  return {{"group", kind.group}, {"version", kind.version}, {"kind", name}};
}

// "snapshot.storage.k8s.io" in the order of Java packages: "io.k8s.storage.snapshot".
std::string reversed(const std::string& domain) {
  std::string result;
  std::istringstream labels(domain);
  for (std::string label; std::getline(labels, label, '.');)
    result = result.empty() ? label : label + "." + result;
  return result;
}

std::string package_of(const Kind& kind) {
  if (kind.custom) return reversed(kind.group);
  if (kind.group.empty()) return "io.k8s.api.core";
  const std::string first = kind.group.substr(0, kind.group.find('.'));
  if (first == "apiextensions") return "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions";
  return "io.k8s.api." + first;
}

std::string list_definition_name(const Kind& kind) {
  return package_of(kind) + "." + kind.version + "." + kind.list_kind_name();
}

Json reference(const std::string& definition, std::string_view description) {
  return {{"$ref", definition}, {"description", description}};
}

Json object_definition(const Kind& kind) {
  Json schema = kind.schema.is_object() ? kind.schema : anything("An object of any shape.");
  Json& properties = schema["properties"];
  if (properties.is_null()) properties = Json::object();
  if (!properties.contains("apiVersion"))
    properties["apiVersion"] = a_string("Group and version the object is written in.");
  if (!properties.contains("kind")) properties["kind"] = a_string("What the object is.");
  properties["metadata"] = reference(object_meta, "Name, identity and marks of the object.");
  schema["x-kubernetes-group-version-kind"] = Json::array({group_version_kind(kind, kind.kind)});
  return schema;
}

Json list_definition(const Kind& kind) {
  const Json items = a_list_of(reference(definition_name(kind), "An object."), "The objects.");
  Json schema =
      requiring({"items"}, an_object("A list of " + kind.plural + ".",
                                     {{"apiVersion", a_string("Group and version.")},
                                      {"kind", a_string("What the list is.")},
                                      {"metadata", reference(list_meta, "What every list has.")},
                                      {"items", items}}));
  schema["x-kubernetes-group-version-kind"] =
      Json::array({group_version_kind(kind, kind.list_kind_name())});
  return schema;
}

Json status_definition() {
  return an_object("How a request ended.",
                   {{"apiVersion", a_string("v1.")},
                    {"kind", a_string("Status.")},
                    {"metadata", reference(list_meta, "What every list has.")},
                    {"status", a_string("Success or Failure.")},
                    {"message", a_string("What went wrong, for people.")},
                    {"reason", a_string("What went wrong, for programs.")},
                    {"details", anything("What it went wrong with.")},
                    {"code", an_int32("The HTTP status code.")}});
}

Json delete_options_definition() {
  const Json preconditions = an_object("Delete only if these still hold.",
                                       {{"uid", a_string("The object's uid.")},
                                        {"resourceVersion", a_string("The object's version.")}});
  return an_object("How to delete.",
                   {{"apiVersion", a_string("v1.")},
                    {"kind", a_string("DeleteOptions.")},
                    {"gracePeriodSeconds", an_int64("Seconds to end gracefully.")},
                    {"preconditions", preconditions},
                    {"propagationPolicy", a_string("Orphan, Background or Foreground.")},
                    {"dryRun", a_list_of(a_string("All."), "Only check.")}});
}

const std::vector<ApiParameter> write_parameters{
    {"dryRun", "string", "All: check the request, change nothing."},
    {"fieldManager", "string", "Who writes."},
    {"fieldValidation", "string",
     "What becomes of unknown fields: Ignore, Warn or Strict (then the request is refused)."}};

const std::vector<ApiParameter> delete_parameters{
    {"dryRun", "string", "All: check the request, change nothing."},
    {"gracePeriodSeconds", "integer", "Seconds to end gracefully."},
    {"propagationPolicy", "string", "What becomes of the objects it owns."}};

const std::vector<ApiParameter> list_parameters{
    {"allowWatchBookmarks", "boolean", "Send bookmarks while watching."},
    {"continue", "string", "The next page of an earlier list."},
    {"fieldSelector", "string", "Only objects with these field values."},
    {"labelSelector", "string", "Only objects with these labels."},
    {"limit", "integer", "At most this many objects."},
    {"resourceVersion", "string", "Not older than this, or exactly this."},
    {"resourceVersionMatch", "string", "Which of the two."},
    {"sendInitialEvents", "boolean", "Begin a watch with what there is."},
    {"timeoutSeconds", "integer", "End the watch after this."},
    {"watch", "boolean", "Send changes as they happen."}};

std::vector<std::string> patch_types(const Kind& kind) {
  std::vector<std::string> types{"application/json-patch+json", "application/merge-patch+json"};
  if (!kind.custom) types.push_back("application/strategic-merge-patch+json");
  return types;
}

// Writes the operations of one kind at one address.
class Operations {
 public:
  Operations(const Kind& kind, std::string id_suffix)
      : kind_(kind), id_suffix_(std::move(id_suffix)) {}

  std::vector<ApiOperation> of_collection() const {
    return {read("list", list_parameters, list_definition_name(kind_)),
            write("post", "post", plain_json, definition_name(kind_)), remove("deletecollection")};
  }
  std::vector<ApiOperation> of_list_only() const {
    return {read("list", list_parameters, list_definition_name(kind_))};
  }
  std::vector<ApiOperation> of_object() const {
    std::vector<ApiOperation> operations = of_status();
    operations.push_back(remove("delete"));
    return operations;
  }
  std::vector<ApiOperation> of_status() const {
    return {read("get", {}, definition_name(kind_)),
            write("put", "put", plain_json, definition_name(kind_)),
            write("patch", "patch", patch_types(kind_), patch_name)};
  }

 private:
  ApiOperation started(std::string method, std::string action) const {
    ApiOperation operation;
    operation.method = std::move(method);
    operation.id = action + "_" + definition_name(kind_) + id_suffix_;
    operation.action = std::move(action);
    operation.group_version_kind = group_version_kind(kind_, kind_.kind);
    return operation;
  }
  ApiOperation read(std::string action, std::vector<ApiParameter> query, std::string answer) const {
    ApiOperation operation = started("get", std::move(action));
    operation.query = std::move(query);
    operation.answer = std::move(answer);
    return operation;
  }
  ApiOperation write(std::string method, std::string action, std::vector<std::string> consumes,
                     std::string body) const {
    ApiOperation operation = started(std::move(method), std::move(action));
    operation.query = write_parameters;
    operation.consumes = std::move(consumes);
    operation.body = std::move(body);
    operation.answer = definition_name(kind_);
    return operation;
  }
  ApiOperation remove(std::string action) const {
    ApiOperation operation = started("delete", std::move(action));
    operation.query = delete_parameters;
    operation.consumes = plain_json;
    operation.body = delete_options;
    operation.answer = status_name;
    return operation;
  }

  const Kind& kind_;
  std::string id_suffix_;
};

}  // namespace

std::string definition_name(const Kind& kind) {
  return package_of(kind) + "." + kind.version + "." + kind.kind;
}

std::vector<ApiPath> paths_of(const Kind& kind) {
  const std::string root = (kind.group.empty() ? "/api/" : "/apis/") + kind.api_version();
  const ApiParameter name{"name", "string", "Name of the object."};
  std::vector<ApiParameter> placeholders;
  std::string collection = root + "/" + kind.plural;
  std::vector<ApiPath> paths;
  if (kind.namespaced) {
    paths.push_back({collection, {}, Operations(kind, "_everywhere").of_list_only()});
    placeholders.push_back({"namespace", "string", "Namespace of the object."});
    collection = root + "/namespaces/{namespace}/" + kind.plural;
  }
  paths.push_back({collection, placeholders, Operations(kind, "").of_collection()});
  placeholders.insert(placeholders.begin(), name);
  const std::string object = collection + "/{name}";
  paths.push_back({object, placeholders, Operations(kind, "").of_object()});
  if (kind.status_subresource)
    paths.push_back({object + "/status", placeholders, Operations(kind, "_status").of_status()});
  return paths;
}

std::map<std::string, Json> definitions_of(const std::vector<Kind>& kinds) {
  std::map<std::string, Json> definitions;
  definitions[object_meta] = object_meta_schema();
  definitions[list_meta] = list_meta_schema();
  definitions[patch_name] = anything("A patch, in one of several forms.");
  definitions[status_name] = status_definition();
  definitions[delete_options] = delete_options_definition();
  for (const Kind& kind : kinds) {
    definitions[definition_name(kind)] = object_definition(kind);
    definitions[list_definition_name(kind)] = list_definition(kind);
  }
  return definitions;
}

}  // namespace devcluster::apiserver
