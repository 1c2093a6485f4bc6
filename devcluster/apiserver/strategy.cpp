#include "devcluster/apiserver/strategy.hpp"

#include <algorithm>
#include <utility>

#include "devcluster/apiserver/builtin_kinds.hpp"
#include "devcluster/apiserver/causes.hpp"
#include "devcluster/apiserver/cel.hpp"
#include "devcluster/apiserver/event_rules.hpp"
#include "devcluster/apiserver/object.hpp"
#include "devcluster/apiserver/schema.hpp"

namespace devcluster::apiserver {

namespace {

bool is_definition(const Kind& kind) {
  return kind.kind == "CustomResourceDefinition";
}

bool is_event(const Kind& kind) {
  return !kind.custom && kind.group.empty() && kind.kind == "Event";
}

// Built-in kinds have a generation only where somebody acts on their spec.
bool counts_generations(const Kind& kind) {
  return kind.custom || is_definition(kind);
}

std::string refused_body(const Kind& kind, std::string_view why) {
  return kind.kind + " in version \"" + kind.version + "\" cannot be handled as a " + kind.kind +
         ": " + std::string(why);
}

Answer<void> check_type(const Kind& kind, Json& body) {
  if (!body.is_object()) return bad_request(refused_body(kind, "the body is not a JSON object"));
  const std::string api_version(text(body, "apiVersion"));
  const std::string name(text(body, "kind"));
  if (kind.custom && name.empty())
    return bad_request("Object 'Kind' is missing in the body, which should be a " + kind.kind);
  if (!api_version.empty() && api_version != kind.api_version())
    return bad_request("the API version in the data (" + api_version +
                       ") does not match the expected API version (" + kind.api_version() + ")");
  if (!name.empty() && name != kind.kind)
    return bad_request("the kind in the data (" + name + ") does not match the expected kind (" +
                       kind.kind + ")");
  body["apiVersion"] = kind.api_version();
  body["kind"] = kind.kind;
  return {};
}

// Carries over from `old` what no update can change, and what only the server writes.
void keep_bookkeeping(const Json& old, Json& fresh) {
  const Json& before = old["metadata"];
  Json& metadata = fresh["metadata"];
  for (const char* key : {"creationTimestamp", "generation", "managedFields", "resourceVersion"}) {
    if (before.contains(key))
      metadata[key] = before[key];
    else
      metadata.erase(key);
  }
  for (const char* key : {"uid", "namespace"})
    if (text(metadata, key).empty() && before.contains(key)) metadata[key] = before[key];
  if (!being_deleted(old)) return;
  metadata["deletionTimestamp"] = before["deletionTimestamp"];
  metadata["deletionGracePeriodSeconds"] = before.value("deletionGracePeriodSeconds", Json(0));
}

// Empty containers and nulls in metadata are as good as absent; stored objects do not have them.
void tidy_metadata(Json& object) {
  Json& metadata = object["metadata"];
  metadata.erase("selfLink");
  for (auto entry = metadata.begin(); entry != metadata.end();)
    entry = entry->is_null() || (entry->is_structured() && entry->empty()) ? metadata.erase(entry)
                                                                           : std::next(entry);
}

void append(std::vector<Cause>& causes, std::vector<Cause> more) {
  std::move(more.begin(), more.end(), std::back_inserter(causes));
}

// The status subresource splits an object: each door changes its own half only.
Json through_door(const Kind& kind, const Json& old, Json fresh, const Writer& writer) {
  const bool to_status = writer.subresource == "status";
  if (!to_status && !kind.status_subresource) return fresh;
  Json merged = to_status ? old : std::move(fresh);
  const Json& source = to_status ? fresh : old;
  if (const Json* status = member(source, "status"))
    merged["status"] = *status;
  else
    merged.erase("status");
  return merged;
}

// Whether anything differs that counts as spec: all but metadata, and status where that has a door
// of its own.
bool spec_differs(const Kind& kind, const Json& old, const Json& fresh) {
  const auto counts = [&kind](const std::string& key) {
    return key != "metadata" && !(key == "status" && kind.status_subresource);
  };
  for (const auto& [key, value] : members(fresh))
    if (counts(key) && (!old.contains(key) || old[key] != value)) return true;
  for (const auto& [key, value] : members(old))
    if (counts(key) && !fresh.contains(key)) return true;
  return false;
}

void move_generation(const Kind& kind, const Json& old, Json& fresh) {
  if (counts_generations(kind) && spec_differs(kind, old, fresh))
    fresh["metadata"]["generation"] = old["metadata"].value("generation", 0) + 1;
}

}  // namespace

Answer<Decoded> decoded(const Kind& kind, Json body) {
  if (Answer<void> checked = check_type(kind, body); !checked) return checked.error();
  const std::string problem = metadata_shape_problem(body);
  if (!problem.empty()) return bad_request(refused_body(kind, problem));
  if (!body.contains("metadata") || body["metadata"].is_null()) body["metadata"] = Json::object();
  Decoded out;
  out.unknown_fields = unknown_fields(kind.schema, body);
  prune(kind.schema, body);
  apply_defaults(kind.schema, body);
  out.object = std::move(body);
  return out;
}

Answer<Json> for_create(const Kind& kind, Json object, const Writer& writer) {
  Json& metadata = object["metadata"];
  if (!version_of(object).empty())
    return Refusal(500, "", "resourceVersion should not be set on objects to be created");
  for (const char* key : {"deletionTimestamp", "deletionGracePeriodSeconds", "generation",
                          "managedFields", "resourceVersion"})
    metadata.erase(key);
  if (kind.status_subresource) object.erase("status");
  tidy_metadata(object);
  metadata["uid"] = new_uid();
  metadata["creationTimestamp"] = writer.now;
  if (counts_generations(kind)) metadata["generation"] = 1;
  admit(kind, object);
  std::vector<Cause> causes = name_causes(kind, object);
  append(causes, validate(kind.schema, object));
  if (causes.empty()) append(causes, check_rules(kind.schema, object, nullptr));
  if (is_event(kind)) append(causes, event_causes(object));
  if (!causes.empty()) return invalid(kind, name_of(object), std::move(causes));
  if (is_event(kind)) complete_event(object);
  note_manager(writer, Json(), object);
  return object;
}

Answer<Json> for_update(const Kind& kind, const Json& old, Json fresh, const Writer& writer) {
  const std::string name = name_of(old);
  const std::string expected = version_of(fresh);
  if (expected.empty() && !unconditional_update_allowed(kind))
    return invalid(kind, name,
                   {Cause{"FieldValueInvalid", "metadata.resourceVersion",
                          "Invalid value: 0x0: must be specified for an update"}});
  if (!expected.empty() && expected != version_of(old)) return stale_version(kind, name);
  fresh = through_door(kind, old, std::move(fresh), writer);
  keep_bookkeeping(old, fresh);
  tidy_metadata(fresh);
  admit(kind, fresh);
  std::vector<Cause> causes = immutable_causes(old, fresh);
  append(causes, validate(kind.schema, fresh));
  if (causes.empty()) append(causes, check_rules(kind.schema, fresh, &old));
  if (is_event(kind)) append(causes, event_causes(fresh));
  if (!causes.empty()) return invalid(kind, name, std::move(causes));
  if (is_event(kind)) complete_event(fresh);
  if (fresh == old) return fresh;
  move_generation(kind, old, fresh);
  note_manager(writer, old, fresh);
  return fresh;
}

Json marked_deleted(Json object, const std::string& now) {
  Json& metadata = object["metadata"];
  metadata["deletionTimestamp"] = now;
  metadata["deletionGracePeriodSeconds"] = 0;
  if (metadata.contains("generation")) metadata["generation"] = metadata.value("generation", 0) + 1;
  return object;
}

bool unconditional_update_allowed(const Kind& kind) {
  return !kind.custom && !is_definition(kind) && kind.kind != "Lease";
}

bool create_on_update_allowed(const Kind& kind) {
  return !kind.custom && (kind.kind == "Lease" || kind.kind == "Event");
}

}  // namespace devcluster::apiserver
