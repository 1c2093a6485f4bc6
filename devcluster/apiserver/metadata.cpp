#include "devcluster/apiserver/metadata.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "devcluster/apiserver/causes.hpp"
#include "devcluster/apiserver/object.hpp"

namespace devcluster::apiserver {

namespace {

bool is_text_map(const Json& value) {
  const auto is_text = [](const Json& entry) { return entry.is_string(); };
  return value.is_null() || (value.is_object() && std::all_of(value.begin(), value.end(), is_text));
}

bool is_text_list(const Json& value) {
  const auto is_text = [](const Json& entry) { return entry.is_string(); };
  return value.is_null() || (value.is_array() && std::all_of(value.begin(), value.end(), is_text));
}

// Members that the server itself keeps in metadata: no field of a writer.
bool kept_by_server(std::string_view key) {
  constexpr std::string_view keys[] = {"creationTimestamp",
                                       "generation",
                                       "managedFields",
                                       "name",
                                       "namespace",
                                       "resourceVersion",
                                       "uid",
                                       "selfLink",
                                       "deletionTimestamp",
                                       "deletionGracePeriodSeconds"};
  return std::find(std::begin(keys), std::end(keys), key) != std::end(keys);
}

const Json& entry_of(const Json& parent, const std::string& key) {
  static const Json none;
  const Json* found = member(parent, key);
  return found ? *found : none;
}

// {"f:spec": {"f:driver": {}}} for what differs.
void add_differences(const Json& old, const Json& fresh, Json& fields) {
  for (const auto& [key, value] : members(fresh)) {
    const Json& before = entry_of(old, key);
    if (key == "apiVersion" || key == "kind" || before == value) continue;
    Json own = Json::object();
    for (const auto& [inner, inner_value] : members(value)) {
      if (key == "metadata" && kept_by_server(inner)) continue;
      if (entry_of(before, inner) != inner_value) own["f:" + inner] = Json::object();
    }
    if (key != "metadata" || !own.empty()) fields["f:" + key].update(own);
  }
}

bool is_entry_of(const Writer& writer, const Json& entry) {
  return text(entry, "manager") == writer.manager &&
         text(entry, "subresource") == writer.subresource;
}

}  // namespace

std::string metadata_shape_problem(const Json& object) {
  const Json* metadata = member(object, "metadata");
  if (!metadata) return {};
  if (!metadata->is_object()) return "metadata is not an object";
  for (const char* key : {"name", "namespace", "generateName", "uid", "resourceVersion"})
    if (const Json* value = member(*metadata, key);
        value && !value->is_string() && !value->is_null())
      return std::string("metadata.") + key + " is not a string";
  for (const char* key : {"labels", "annotations"})
    if (const Json* value = member(*metadata, key); value && !is_text_map(*value))
      return std::string("metadata.") + key + " is not a map of strings";
  if (const Json* value = member(*metadata, "finalizers"); value && !is_text_list(*value))
    return "metadata.finalizers is not a list of strings";
  if (const Json* value = member(*metadata, "ownerReferences");
      value && !value->is_array() && !value->is_null())
    return "metadata.ownerReferences is not a list";
  return {};
}

std::vector<Cause> name_causes(const Kind& kind, const Json& object) {
  const std::string name = name_of(object);
  if (name.empty()) {
    Cause cause = required_value("metadata.name");
    cause.message += ": name or generateName is required";
    return {cause};
  }
  const bool label = kind.group.empty() && kind.kind == "Namespace";
  const std::string problem = label ? label_problem(name) : subdomain_problem(name);
  if (problem.empty()) return {};
  return {invalid_value("metadata.name", name, problem)};
}

std::vector<Cause> immutable_causes(const Json& old, const Json& fresh) {
  std::vector<Cause> causes;
  for (const char* key : {"name", "namespace", "uid", "deletionTimestamp"}) {
    const Json& before = entry_of(entry_of(old, "metadata"), key);
    const Json& after = entry_of(entry_of(fresh, "metadata"), key);
    if (before != after)
      causes.push_back(invalid_value(std::string("metadata.") + key, after, "field is immutable"));
  }
  if (!being_deleted(old)) return causes;
  const std::vector<std::string> known = finalizers_of(old);
  std::string added;
  for (const std::string& finalizer : finalizers_of(fresh))
    if (std::find(known.begin(), known.end(), finalizer) == known.end())
      added += (added.empty() ? "\"" : ", \"") + finalizer + '"';
  if (!added.empty())
    causes.push_back({"FieldValueForbidden", "metadata.finalizers",
                      "Forbidden: no new finalizers can be added if the object is being deleted, "
                      "found new finalizers []string{" +
                          added + "}"});
  return causes;
}

void note_manager(const Writer& writer, const Json& old, Json& fresh) {
  Json& entries = fresh["metadata"]["managedFields"];
  entries = Json::array();
  for (const Json& entry : list(old, "metadata", "managedFields")) entries.push_back(entry);
  auto entry = std::find_if(entries.begin(), entries.end(),
                            [&](const Json& known) { return is_entry_of(writer, known); });
  if (entry == entries.end()) {
    entries.push_back({{"manager", writer.manager},
                       {"operation", "Update"},
                       {"fieldsType", "FieldsV1"},
                       {"fieldsV1", Json::object()}});
    entry = std::prev(entries.end());
    if (!writer.subresource.empty()) (*entry)["subresource"] = writer.subresource;
  }
  (*entry)["apiVersion"] = text(fresh, "apiVersion");
  (*entry)["time"] = writer.now;
  add_differences(old, fresh, (*entry)["fieldsV1"]);
}

}  // namespace devcluster::apiserver
