#include "devcluster/apiserver/builtin_columns.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "devcluster/apiserver/human_duration.hpp"
#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/json_path.hpp"

namespace devcluster::apiserver {
namespace {

using Now = std::chrono::sys_seconds;
using Columns = std::vector<PrintedColumn>;

constexpr int wide_only = 1;  // kubectl shows it with -o wide

PrintedColumn column(std::string_view name, std::string_view description,
                     std::function<Json(const Json&, Now)> cell, int priority = 0) {
  Column head;
  head.name = name;
  head.type = "string";
  head.description = description;
  head.priority = priority;
  return {std::move(head), std::move(cell)};
}

// The text at a path, or `otherwise`.
std::function<Json(const Json&, Now)> at(std::string path, std::string otherwise = "") {
  return [path = std::move(path), otherwise = std::move(otherwise)](const Json& object, Now) {
    const Json* found = find_path(object, path);
    return found && !found->is_null() ? *found : Json(otherwise);
  };
}

// The number of entries at a path.
std::function<Json(const Json&, Now)> count_at(std::string path) {
  return [path = std::move(path)](const Json& object, Now) {
    const Json* found = find_path(object, path);
    return Json(std::to_string(found ? found->size() : 0));
  };
}

std::function<Json(const Json&, Now)> age_at(std::string path) {
  return [path = std::move(path)](const Json& object, Now now) {
    const Json* found = find_path(object, path);
    return Json(human_age(found && found->is_string() ? found->get<std::string>() : "", now));
  };
}

PrintedColumn age() {
  return column("Age", "Time since the object was created.", age_at(".metadata.creationTimestamp"));
}

std::string access_modes(const Json& object, const char* path) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> short_forms{
      {{"ReadWriteOnce", "RWO"},
       {"ReadOnlyMany", "ROX"},
       {"ReadWriteMany", "RWX"},
       {"ReadWriteOncePod", "RWOP"}}};
  const Json* modes = find_path(object, path);
  std::string shown;
  for (const auto& [mode, short_form] : short_forms) {
    if (!modes || std::find(modes->begin(), modes->end(), mode) == modes->end()) continue;
    shown += (shown.empty() ? "" : ",") + std::string(short_form);
  }
  return shown;
}

std::string node_status(const Json& node) {
  const Json* ready = find_path(node, ".status.conditions[?(@.type==\"Ready\")].status");
  std::string status = !ready ? "Unknown" : *ready == "True" ? "Ready" : "NotReady";
  if (is_true(node, "spec", "unschedulable")) status += ",SchedulingDisabled";
  return status;
}

std::string node_roles(const Json& node) {
  static constexpr std::string_view prefix = "node-role.kubernetes.io/";
  std::string roles;
  for (const auto& [label, value] : members(node, "metadata", "labels"))
    if (label.starts_with(prefix) && label.size() > prefix.size())
      roles += (roles.empty() ? "" : ",") + label.substr(prefix.size());
  return roles.empty() ? "<none>" : roles;
}

std::string claim_of(const Json& volume) {
  const std::string claim(text(volume, "spec", "claimRef", "name"));
  return claim.empty() ? claim
                       : std::string(text(volume, "spec", "claimRef", "namespace")) + "/" + claim;
}

// volumesnapshot/backup, as it would be typed.
std::string event_object(const Json& event) {
  std::string kind(text(event, "involvedObject", "kind"));
  for (char& c : kind) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return kind + "/" + std::string(text(event, "involvedObject", "name"));
}

std::string event_source(const Json& event) {
  std::string source(text(event, "source", "component"));
  if (source.empty()) source = text(event, "reportingComponent");
  const std::string_view host = text(event, "source", "host");
  return host.empty() ? source : source + ", " + std::string(host);
}

// An event has its time in one of several places, depending on which API it was written with.
Json first_age(const Json& event, Now now, std::initializer_list<const char*> paths) {
  for (const char* path : paths) {
    const Json* found = find_path(event, path);
    if (found && found->is_string()) return human_age(found->get<std::string>(), now);
  }
  return "<unknown>";
}

Json last_seen(const Json& event, Now now) {
  return first_age(event, now,
                   {".series.lastObservedTime", ".lastTimestamp", ".eventTime", ".firstTimestamp"});
}

Json first_seen(const Json& event, Now now) {
  return first_age(event, now, {".firstTimestamp", ".eventTime"});
}

Columns event_columns() {
  PrintedColumn name = name_column();
  name.column.priority = wide_only;
  return {
      column("Last Seen", "Time since it was last seen.", last_seen),
      column("Type", "Normal or Warning.", at(".type")),
      column("Reason", "What happened, in one word.", at(".reason")),
      column("Object", "What it happened to.",
             [](const Json& event, Now) { return event_object(event); }),
      column("Subobject", "The part it happened to.", at(".involvedObject.fieldPath"), wide_only),
      column(
          "Source", "Who says so.", [](const Json& event, Now) { return event_source(event); },
          wide_only),
      column("Message", "What happened.", at(".message")),
      column("First Seen", "Time since it was first seen.", first_seen, wide_only),
      column("Count", "How often it was seen.", at(".count", "1"), wide_only),
      std::move(name)};
}

Columns node_columns() {
  return {
      name_column(),
      column("Status", "Whether it is ready.",
             [](const Json& node, Now) { return node_status(node); }),
      column("Roles", "What it is for.", [](const Json& node, Now) { return node_roles(node); }),
      age(), column("Version", "Version of its kubelet.", at(".status.nodeInfo.kubeletVersion"))};
}

Columns volume_columns() {
  return {name_column(),
          column("Capacity", "Its size.", at(".spec.capacity.storage")),
          column("Access Modes", "How it may be mounted.",
                 [](const Json& volume, Now) { return access_modes(volume, ".spec.accessModes"); }),
          column("Reclaim Policy", "What becomes of the storage afterwards.",
                 at(".spec.persistentVolumeReclaimPolicy")),
          column("Status", "Its phase.", at(".status.phase")),
          column("Claim", "The claim it is bound to.",
                 [](const Json& volume, Now) { return claim_of(volume); }),
          column("StorageClass", "The class it came from.", at(".spec.storageClassName")),
          column("VolumeAttributesClass", "The class of its changeable attributes.",
                 at(".spec.volumeAttributesClassName", "<unset>")),
          column("Reason", "Why it is so.", at(".status.reason")),
          age(),
          column("VolumeMode", "File system or block device.", at(".spec.volumeMode", "<unset>"),
                 wide_only)};
}

Columns claim_columns() {
  return {name_column(),
          column("Status", "Its phase.", at(".status.phase")),
          column("Volume", "The volume it is bound to.", at(".spec.volumeName")),
          column("Capacity", "What it really has.", at(".status.capacity.storage")),
          column("Access Modes", "How it may be mounted.",
                 [](const Json& claim, Now) { return access_modes(claim, ".status.accessModes"); }),
          column("StorageClass", "The class it is made from.", at(".spec.storageClassName")),
          column("VolumeAttributesClass", "The class of its changeable attributes.",
                 at(".spec.volumeAttributesClassName", "<unset>")),
          age(),
          column("VolumeMode", "File system or block device.", at(".spec.volumeMode", "<unset>"),
                 wide_only)};
}

// The default class says so beside its name.
Json class_name(const Json& storage_class, Now) {
  const bool is_default = text(storage_class, "metadata", "annotations",
                               "storageclass.kubernetes.io/is-default-class") == "true";
  return std::string(text(storage_class, "metadata", "name")) + (is_default ? " (default)" : "");
}

Columns class_columns() {
  PrintedColumn name = name_column();
  name.cell = class_name;
  return {std::move(name),
          column("Provisioner", "The driver that makes the volumes.", at(".provisioner")),
          column("ReclaimPolicy", "What becomes of the storage afterwards.", at(".reclaimPolicy")),
          column("VolumeBindingMode", "When volumes are made.", at(".volumeBindingMode")),
          column("AllowVolumeExpansion", "Whether claims may grow.",
                 [](const Json& object, Now) { return is_true(object, "allowVolumeExpansion"); }),
          age()};
}

}  // namespace

PrintedColumn name_column() {
  PrintedColumn name =
      column("Name", "Unique among objects of the kind in the namespace.", at(".metadata.name"));
  name.column.format = "name";
  return name;
}

std::vector<PrintedColumn> builtin_columns(const Kind& kind) {
  const std::string& which = kind.plural;
  if (which == "events") return event_columns();
  if (which == "nodes") return node_columns();
  if (which == "persistentvolumes") return volume_columns();
  if (which == "persistentvolumeclaims") return claim_columns();
  if (which == "storageclasses") return class_columns();
  if (which == "namespaces")
    return {name_column(), column("Status", "Its phase.", at(".status.phase")), age()};
  if (which == "secrets")
    return {name_column(), column("Type", "Who is meant to understand it.", at(".type")),
            column("Data", "How many values it holds.", count_at(".data")), age()};
  if (which == "configmaps")
    return {name_column(), column("Data", "How many settings it holds.", count_at(".data")), age()};
  if (which == "serviceaccounts")
    return {name_column(), column("Secrets", "How many secrets it has.", count_at(".secrets")),
            age()};
  if (which == "leases")
    return {name_column(), column("Holder", "Who holds it.", at(".spec.holderIdentity")), age()};
  if (which == "customresourcedefinitions")
    return {name_column(),
            column("Created At", "When it was created.", at(".metadata.creationTimestamp"))};
  return {name_column(), age()};
}

}  // namespace devcluster::apiserver
