#include "snapshot/content_view.hpp"

#include "base/json.hpp"
#include "snapshot/keys.hpp"

namespace snapshot {
namespace {

using base::member;
using base::text;

std::optional<std::string_view> non_empty(std::string_view found) {
  return found.empty() ? std::nullopt : std::optional(found);
}

std::optional<std::int64_t> whole_number(const boost::json::value* found) {
  if (!found) return std::nullopt;
  boost::system::error_code inexact;
  const auto number = found->to_number<std::int64_t>(inexact);
  return inexact ? std::nullopt : std::optional(number);
}

const boost::json::array* finalizers(const boost::json::value& object) {
  const boost::json::value* found = member(object, "metadata", "finalizers");
  return found ? found->if_array() : nullptr;
}

bool is_text(const boost::json::value& value, std::string_view expected) {
  const boost::json::string* found = value.if_string();
  return found && std::string_view(found->data(), found->size()) == expected;
}

// The texts of a list; what is no text, or empty, is left out.
std::vector<std::string> texts(const boost::json::value* list) {
  std::vector<std::string> found;
  const boost::json::array* array = list ? list->if_array() : nullptr;
  for (std::size_t i = 0; array && i < array->size(); ++i) {
    const boost::json::string* text = (*array)[i].if_string();
    if (text && !text->empty()) found.emplace_back(text->data(), text->size());
  }
  return found;
}

}  // namespace

std::string_view ContentView::name() const {
  return text(*object_, "metadata", "name");
}
std::string_view ContentView::uid() const {
  return text(*object_, "metadata", "uid");
}
std::string_view ContentView::resource_version() const {
  return text(*object_, "metadata", "resourceVersion");
}

bool ContentView::deletion_requested() const {
  return !text(*object_, "metadata", "deletionTimestamp").empty();
}

bool ContentView::has_annotation(std::string_view key) const {
  return member(*object_, "metadata", "annotations", key) != nullptr;
}

std::optional<std::string_view> ContentView::annotation(std::string_view key) const {
  if (!has_annotation(key)) return std::nullopt;
  return text(*object_, "metadata", "annotations", key);
}

std::optional<std::size_t> ContentView::finalizer_index() const {
  const boost::json::array* list = finalizers(*object_);
  for (std::size_t i = 0; list && i < list->size(); ++i)
    if (is_text((*list)[i], kind_->finalizer)) return i;
  return std::nullopt;
}

bool ContentView::has_other_finalizers() const {
  const boost::json::array* list = finalizers(*object_);
  for (std::size_t i = 0; list && i < list->size(); ++i)
    if (!is_text((*list)[i], kind_->finalizer)) return true;
  return false;
}

bool ContentView::is_gone() const {
  return deletion_requested() && !finalizer_index() && !has_other_finalizers();
}

std::string_view ContentView::driver() const {
  return text(*object_, "spec", "driver");
}

DeletionPolicy ContentView::deletion_policy() const {
  return text(*object_, "spec", "deletionPolicy") == "Delete" ? DeletionPolicy::remove
                                                              : DeletionPolicy::retain;
}

std::optional<std::string_view> ContentView::class_name() const {
  return non_empty(text(*object_, "spec", kind_->spec_class));
}

std::vector<std::string> ContentView::source_volumes() const {
  if (kind_->group) return texts(member(*object_, "spec", "source", "volumeHandles"));
  const std::string_view one = text(*object_, "spec", "source", "volumeHandle");
  return one.empty() ? std::vector<std::string>() : std::vector<std::string>{std::string(one)};
}

std::optional<std::string_view> ContentView::source_snapshot_handle() const {
  if (kind_->group)
    return non_empty(
        text(*object_, "spec", "source", "groupSnapshotHandles", "volumeGroupSnapshotHandle"));
  return non_empty(text(*object_, "spec", "source", "snapshotHandle"));
}

std::string_view ContentView::snapshot_ref_name() const {
  return text(*object_, "spec", kind_->spec_ref, "name");
}
std::string_view ContentView::snapshot_ref_namespace() const {
  return text(*object_, "spec", kind_->spec_ref, "namespace");
}
std::string_view ContentView::snapshot_ref_uid() const {
  return text(*object_, "spec", kind_->spec_ref, "uid");
}

std::optional<std::string_view> ContentView::snapshot_handle() const {
  return non_empty(text(*object_, "status", kind_->status_handle));
}

std::vector<std::string> ContentView::member_handles() const {
  std::vector<std::string> handles;
  const boost::json::value* found = member(*object_, "status", "volumeSnapshotInfoList");
  const boost::json::array* list = found ? found->if_array() : nullptr;
  for (std::size_t i = 0; list && i < list->size(); ++i) {
    const std::string_view handle = text((*list)[i], "snapshotHandle");
    if (!handle.empty()) handles.emplace_back(handle);
  }
  if (!handles.empty()) return handles;
  return texts(member(*object_, "spec", "source", "groupSnapshotHandles", "volumeSnapshotHandles"));
}

bool ContentView::ready_to_use() const {
  const boost::json::value* found = member(*object_, "status", "readyToUse");
  return found && found->is_bool() && found->get_bool();
}

std::optional<std::int64_t> ContentView::restore_size() const {
  return whole_number(member(*object_, "status", "restoreSize"));
}

bool ContentView::has_creation_time() const {
  const boost::json::value* found = member(*object_, "status", "creationTime");
  return found && !found->is_null();
}

std::optional<std::string_view> ContentView::error_message() const {
  return non_empty(text(*object_, "status", "error", "message"));
}

bool ContentView::has_error() const {
  const boost::json::value* found = member(*object_, "status", "error");
  return found && !found->is_null();
}

bool ContentView::has_group_handle() const {
  return !kind_->group && !text(*object_, "status", "volumeGroupSnapshotHandle").empty();
}

bool ContentView::being_created() const {
  return has_annotation(kind_->being_created);
}

bool ContentView::is_group_member() const {
  return !kind_->group && has_annotation(keys::group_member);
}

bool ContentView::should_delete() const {
  if (!deletion_requested()) return false;
  const bool unbound_preprovisioned = source_snapshot_handle() && !is_bound();
  return unbound_preprovisioned || has_annotation(kind_->being_deleted);
}

}  // namespace snapshot
