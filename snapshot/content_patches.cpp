#include "snapshot/content_patches.hpp"

#include <ctime>

#include "base/json.hpp"

namespace snapshot {
namespace {

namespace json = boost::json;

json::string_view as_key(std::string_view key) {
  return {key.data(), key.size()};
}

json::string as_text(std::string_view text) {
  return json::string(text.data(), text.size());
}

json::object guarded_by_uid(const ContentView& content) {
  json::object metadata;
  metadata["uid"] = as_text(content.uid());
  return metadata;
}

json::object annotation_patch(const ContentView& content, json::value mark) {
  json::object annotations;
  annotations[as_key(content.kind().being_created)] = std::move(mark);
  json::object metadata = guarded_by_uid(content);
  metadata["annotations"] = std::move(annotations);
  json::object patch;
  patch["metadata"] = std::move(metadata);
  return patch;
}

json::object operation(std::string_view op, std::string_view path) {
  json::object step;
  step["op"] = as_text(op);
  step["path"] = as_text(path);
  return step;
}

json::object test(std::string_view path, std::string_view value) {
  json::object step = operation("test", path);
  step["value"] = as_text(value);
  return step;
}

json::object set(std::string_view path, json::value value) {
  json::object step = operation("add", path);  // "add" means "set", also where there was something
  step["value"] = std::move(value);
  return step;
}

bool has_status(const ContentView& content) {
  const json::value* status = base::member(content.json(), "status");
  return status && status->is_object();
}

json::value version_test(const ContentView& content) {
  return test("/metadata/resourceVersion", content.resource_version());
}

// Members of the status, each set by itself; null removes one. Where our copy has no status, the
// server may have one by now, by a write of ours whose reply was lost: a copy that is not the
// latest must not erase its handle.
json::array on_status(const ContentView& content, const json::object& changes) {
  json::array steps;
  steps.emplace_back(test("/metadata/uid", content.uid()));
  if (!has_status(content)) {
    steps.emplace_back(version_test(content));
    steps.emplace_back(set("/status", changes));
    return steps;
  }
  for (const auto& [key, value] : changes) {
    const std::string path = "/status/" + std::string(key);
    steps.emplace_back(value.is_null() ? operation("remove", path) : set(path, value));
  }
  return steps;
}

// RFC 6901: "/" in a key is written "~1". Our keys hold no "~".
std::string annotation_path(std::string_view key) {
  std::string path = "/metadata/annotations/";
  for (const char c : key) path += c == '/' ? std::string("~1") : std::string(1, c);
  return path;
}

// metav1.Time: RFC 3339, UTC, whole seconds.
std::string rfc3339(base::WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm date{};
  gmtime_r(&seconds, &date);
  char text[32];
  const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &date);
  return std::string(text, length);
}

// An individual content has nanoseconds, a group a time for people (spec/sidecar.md 7.2).
json::value creation_time(const ContentKind& kind, std::int64_t since_epoch_ns) {
  if (!kind.group) return since_epoch_ns;
  const auto since_epoch = std::chrono::duration_cast<base::WallTime::duration>(
      std::chrono::nanoseconds(since_epoch_ns));
  return as_text(rfc3339(base::WallTime(since_epoch)));
}

json::object member_entry(const TakenSnapshot::Member& member) {
  json::object entry;
  if (!member.volume_handle.empty()) entry["volumeHandle"] = as_text(member.volume_handle);
  entry["snapshotHandle"] = as_text(member.handle);
  if (member.creation_time_ns) entry["creationTime"] = *member.creation_time_ns;
  if (member.size_bytes > 0) entry["restoreSize"] = member.size_bytes;
  entry["readyToUse"] = member.ready_to_use;
  return entry;
}

const TakenSnapshot::Member* member_with(std::string_view handle, const TakenSnapshot& taken) {
  for (const TakenSnapshot::Member& member : taken.members)
    if (member.handle == handle) return &member;
  return nullptr;
}

// The members are recorded once, for their handles are what the deletion needs; readiness and size
// follow the driver (upstream leaves them as they first were).
json::array member_list(const ContentView& content, const TakenSnapshot& taken) {
  const json::value* found = base::member(content.json(), "status", "volumeSnapshotInfoList");
  const json::array* known = found ? found->if_array() : nullptr;
  json::array list;
  if (!known || known->empty()) {
    for (const TakenSnapshot::Member& member : taken.members)
      list.emplace_back(member_entry(member));
    return list;
  }
  list = *known;
  for (json::value& entry : list) {
    json::object* fields = entry.if_object();
    const TakenSnapshot::Member* now = member_with(base::text(entry, "snapshotHandle"), taken);
    if (!fields || !now) continue;
    (*fields)["readyToUse"] = now->ready_to_use;
    if (now->size_bytes > 0) (*fields)["restoreSize"] = now->size_bytes;
  }
  return list;
}

bool differs(const ContentView& content, const json::array& members) {
  const json::value* known = base::member(content.json(), "status", "volumeSnapshotInfoList");
  return known ? *known != members : !members.empty();
}

}  // namespace

// Of the latest version only: where the mark is there already, it is not ours, and a create may
// have been begun.
json::object mark_patch(const ContentView& content) {
  json::object patch = annotation_patch(content, as_text(keys::mark_value));
  patch["metadata"].as_object()["resourceVersion"] = as_text(content.resource_version());
  return patch;
}

json::object unmark_patch(const ContentView& content) {
  return annotation_patch(content, nullptr);
}

json::object status_changes(const ContentView& content, const TakenSnapshot& taken) {
  const ContentKind& kind = content.kind();
  json::object status;
  if (!content.snapshot_handle()) status[as_key(kind.status_handle)] = as_text(taken.handle);
  if (!content.has_creation_time())
    status["creationTime"] = creation_time(kind, taken.creation_time_ns);
  if (!kind.group && taken.size_bytes > 0 && content.restore_size() != taken.size_bytes)
    status["restoreSize"] = taken.size_bytes;
  if (!kind.group && !taken.group_handle.empty() && !content.has_group_handle())
    status["volumeGroupSnapshotHandle"] = as_text(taken.group_handle);
  const bool says_ready = base::member(content.json(), "status", "readyToUse") != nullptr;
  if (!says_ready || content.ready_to_use() != taken.ready_to_use)
    status["readyToUse"] = taken.ready_to_use;
  if (content.has_error()) status["error"] = nullptr;
  // The members of a pre-provisioned group are named by whoever imported it.
  if (kind.group && content.is_dynamic()) {
    json::array members = member_list(content, taken);
    if (differs(content, members)) status["volumeSnapshotInfoList"] = std::move(members);
  }
  return status;
}

// Nobody looks at a ready content again. An error that another replica has written since our copy
// was made would stay in it for ever, so that copy must be the latest, or know of an error to
// remove.
json::array status_patch(const ContentView& content, const TakenSnapshot& taken) {
  json::array steps = on_status(content, status_changes(content, taken));
  const bool error_may_hide = has_status(content) && !content.has_error();
  if (taken.ready_to_use && error_may_hide) steps.insert(steps.begin() + 1, version_test(content));
  return steps;
}

json::array error_patch(const ContentView& content, const WriteError& error, base::WallTime now) {
  json::object what;
  what["time"] = as_text(rfc3339(now));
  what["message"] = as_text(error.message);
  json::object status;
  status["error"] = std::move(what);
  if (error.not_ready) status["readyToUse"] = false;
  return on_status(content, status);
}

json::array clear_status_patch(const ContentView& content) {
  json::object status;
  for (const std::string_view key :
       {content.kind().status_handle, std::string_view("readyToUse"),
        std::string_view("creationTime"), std::string_view("restoreSize")})
    if (base::member(content.json(), "status", key)) status[as_key(key)] = nullptr;
  return on_status(content, status);
}

json::array release_patch(const ContentView& content) {
  json::array steps;
  steps.emplace_back(test("/metadata/uid", content.uid()));
  // To let go of a content without a handle is right only if there is none, not if we do not know.
  if (!content.snapshot_handle()) steps.emplace_back(version_test(content));
  if (const auto index = content.finalizer_index()) {
    const std::string path = "/metadata/finalizers/" + std::to_string(*index);
    steps.emplace_back(test(path, content.kind().finalizer));
    steps.emplace_back(operation("remove", path));
  }
  if (content.being_created())
    steps.emplace_back(operation("remove", annotation_path(content.kind().being_created)));
  return steps;
}

}  // namespace snapshot
