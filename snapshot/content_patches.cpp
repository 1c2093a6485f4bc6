#include "snapshot/content_patches.hpp"

#include <ctime>

#include "base/json.hpp"
#include "snapshot/keys.hpp"

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
  annotations[as_key(keys::being_created)] = std::move(mark);
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

}  // namespace

json::object mark_patch(const ContentView& content) {
  return annotation_patch(content, as_text(keys::mark_value));
}

json::object unmark_patch(const ContentView& content) {
  return annotation_patch(content, nullptr);
}

json::object status_changes(const ContentView& content, const TakenSnapshot& taken) {
  json::object status;
  if (!content.snapshot_handle()) status["snapshotHandle"] = as_text(taken.handle);
  if (!content.creation_time()) status["creationTime"] = taken.creation_time_ns;
  if (taken.size_bytes > 0 && content.restore_size() != taken.size_bytes)
    status["restoreSize"] = taken.size_bytes;
  const bool says_ready = base::member(content.json(), "status", "readyToUse") != nullptr;
  if (!says_ready || content.ready_to_use() != taken.ready_to_use)
    status["readyToUse"] = taken.ready_to_use;
  if (content.has_error()) status["error"] = nullptr;
  return status;
}

json::array status_patch(const ContentView& content, const TakenSnapshot& taken) {
  return on_status(content, status_changes(content, taken));
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
  for (const char* key : {"snapshotHandle", "readyToUse", "creationTime", "restoreSize"})
    if (base::member(content.json(), "status", key)) status[key] = nullptr;
  return on_status(content, status);
}

json::array release_patch(const ContentView& content) {
  json::array steps;
  steps.emplace_back(test("/metadata/uid", content.uid()));
  // To let go of a content without a handle is right only if there is none, not if we do not know.
  if (!content.snapshot_handle()) steps.emplace_back(version_test(content));
  if (const auto index = content.finalizer_index()) {
    const std::string path = "/metadata/finalizers/" + std::to_string(*index);
    steps.emplace_back(test(path, keys::content_finalizer));
    steps.emplace_back(operation("remove", path));
  }
  if (content.being_created())
    steps.emplace_back(operation("remove", annotation_path(keys::being_created)));
  return steps;
}

}  // namespace snapshot
