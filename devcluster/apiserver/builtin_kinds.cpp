#include "devcluster/apiserver/builtin_kinds.hpp"

#include "devcluster/apiserver/base64.hpp"
#include "devcluster/apiserver/builtin_schemas.hpp"
#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/object_meta.hpp"
#include "devcluster/apiserver/schema_words.hpp"

namespace devcluster::apiserver {
namespace {

enum class Scope { cluster, namespaced };
enum class Status { none, subresource };

struct Names {
  std::string_view kind;
  std::string_view plural;
  std::string_view singular;
  std::vector<std::string> short_names;
};

// Adds what every object has to the schema of one kind.
Json whole(Json schema) {
  Json& properties = schema["properties"];
  properties["apiVersion"] = a_string("Group and version the object is written in.");
  properties["kind"] = a_string("What the object is.");
  properties["metadata"] = object_meta_schema();
  return schema;
}

Kind builtin(std::string_view group, Names names, Scope scope, Status status, Json schema) {
  Kind kind;
  kind.group = group;
  kind.version = "v1";
  kind.kind = names.kind;
  kind.list_kind = std::string(names.kind) + "List";
  kind.plural = names.plural;
  kind.singular = names.singular;
  kind.short_names = std::move(names.short_names);
  kind.namespaced = scope == Scope::namespaced;
  kind.status_subresource = status == Status::subresource;
  kind.schema = whole(std::move(schema));
  return kind;
}

Kind selectable_by(std::vector<std::string> fields, Kind kind) {
  kind.selectable_fields = std::move(fields);
  return kind;
}

const std::vector<std::string> event_fields{"involvedObject.kind",
                                            "involvedObject.namespace",
                                            "involvedObject.name",
                                            "involvedObject.uid",
                                            "involvedObject.apiVersion",
                                            "involvedObject.fieldPath",
                                            "involvedObject.resourceVersion",
                                            "reason",
                                            "reportingComponent",
                                            "source.component",
                                            "type"};

Json& object_at(Json& parent, std::string_view key) {
  Json& child = parent[std::string(key)];
  if (!child.is_object()) child = Json::object();
  return child;
}

void fold_string_data(Json& secret) {
  const Json::object_t plain = members(secret, "stringData");
  secret.erase("stringData");
  for (const auto& [key, value] : plain)
    if (value.is_string()) object_at(secret, "data")[key] = base64_of(value.get<std::string>());
}

void start_in_phase(std::string_view phase, Json& object) {
  Json& status = object_at(object, "status");
  if (text(status, "phase").empty()) status["phase"] = phase;
}

void label_with_name(Json& object) {
  Json& metadata = object_at(object, "metadata");
  object_at(metadata, "labels")["kubernetes.io/metadata.name"] = text(metadata, "name");
}

}  // namespace

std::vector<Kind> builtin_kinds() {
  constexpr Scope cluster = Scope::cluster;
  constexpr Scope namespaced = Scope::namespaced;
  constexpr Status status = Status::subresource;
  return {
      builtin("", {"ConfigMap", "configmaps", "configmap", {"cm"}}, namespaced, Status::none,
              config_map_schema()),
      selectable_by(event_fields, builtin("", {"Event", "events", "event", {"ev"}}, namespaced,
                                          Status::none, event_schema())),
      selectable_by({"status.phase"}, builtin("", {"Namespace", "namespaces", "namespace", {"ns"}},
                                              cluster, status, namespace_schema())),
      selectable_by({"spec.unschedulable"},
                    builtin("", {"Node", "nodes", "node", {"no"}}, cluster, status, node_schema())),
      builtin("",
              {"PersistentVolumeClaim", "persistentvolumeclaims", "persistentvolumeclaim", {"pvc"}},
              namespaced, status, persistent_volume_claim_schema()),
      builtin("", {"PersistentVolume", "persistentvolumes", "persistentvolume", {"pv"}}, cluster,
              status, persistent_volume_schema()),
      selectable_by({"type"}, builtin("", {"Secret", "secrets", "secret", {}}, namespaced,
                                      Status::none, secret_schema())),
      builtin("", {"ServiceAccount", "serviceaccounts", "serviceaccount", {"sa"}}, namespaced,
              Status::none, service_account_schema()),
      builtin("apiextensions.k8s.io",
              {"CustomResourceDefinition",
               "customresourcedefinitions",
               "customresourcedefinition",
               {"crd", "crds"}},
              cluster, status, custom_resource_definition_schema()),
      builtin("coordination.k8s.io", {"Lease", "leases", "lease", {}}, namespaced, Status::none,
              lease_schema()),
      builtin("storage.k8s.io", {"StorageClass", "storageclasses", "storageclass", {"sc"}}, cluster,
              Status::none, storage_class_schema()),
  };
}

void admit(const Kind& kind, Json& object) {
  if (kind.custom || !kind.group.empty()) return;
  if (kind.kind == "Secret") fold_string_data(object);
  if (kind.kind == "Namespace") label_with_name(object);
  if (kind.kind == "Namespace") start_in_phase("Active", object);
  if (kind.kind == "PersistentVolume") start_in_phase("Pending", object);
  if (kind.kind == "PersistentVolumeClaim") start_in_phase("Pending", object);
}

}  // namespace devcluster::apiserver
