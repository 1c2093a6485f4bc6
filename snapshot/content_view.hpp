#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "snapshot/content_kind.hpp"

namespace snapshot {

enum class DeletionPolicy { retain, remove };  // "Retain", "Delete"

// Reads a VolumeSnapshotContent, or the content of a group, as it came from the API server. Never
// throws: what is missing or has another shape reads as absent. Borrows the object, which must
// outlive it.
class ContentView {
 public:
  explicit ContentView(const boost::json::value& object, const ContentKind& kind = individual)
      : object_(&object), kind_(&kind) {}

  const ContentKind& kind() const { return *kind_; }

  std::string_view name() const;
  std::string_view uid() const;
  std::string_view resource_version() const;
  bool deletion_requested() const;  // metadata.deletionTimestamp
  bool has_annotation(std::string_view key) const;
  std::optional<std::string_view> annotation(std::string_view key) const;

  // Position of our finalizer in metadata.finalizers, and whether others are there.
  std::optional<std::size_t> finalizer_index() const;
  bool has_other_finalizers() const;

  // Deletion is requested and no finalizer is left: the API server has removed it, and this is the
  // last that was seen of it, in a reply or in a watch that lags.
  bool is_gone() const;

  std::string_view driver() const;
  // Anything but "Delete" reads as retain: in doubt the storage snapshot stays.
  DeletionPolicy deletion_policy() const;
  std::optional<std::string_view> class_name() const;  // absent when empty
  // What the snapshot is to be taken of: one volume, or a group's, in the order of the
  // specification. Empty for one that exists already (pre-provisioned).
  std::vector<std::string> source_volumes() const;
  bool is_dynamic() const { return !source_volumes().empty(); }
  std::optional<std::string_view> source_snapshot_handle() const;  // pre-provisioned
  // spec.volumeSnapshotRef, spec.volumeGroupSnapshotRef
  std::string_view snapshot_ref_name() const;
  std::string_view snapshot_ref_namespace() const;
  std::string_view snapshot_ref_uid() const;

  // The driver's id of the snapshot, or of the group, as the status records it; absent when empty.
  std::optional<std::string_view> snapshot_handle() const;
  // Ids of a group's snapshots: those of the status, else those of the specification.
  std::vector<std::string> member_handles() const;
  bool ready_to_use() const;
  std::optional<std::int64_t> restore_size() const;
  bool has_creation_time() const;
  std::optional<std::string_view> error_message() const;
  bool has_error() const;
  bool has_group_handle() const;  // of an individual content: it was taken with a group

  // The questions that decide (spec/sidecar.md 4.1).
  bool being_created() const;  // a create was begun and its outcome is not settled
  bool is_group_member() const;
  bool is_bound() const { return !snapshot_ref_uid().empty(); }
  // Deletion is asked for and allowed: the snapshot-controller has marked the content, or it is a
  // pre-provisioned one that nobody is bound to.
  bool should_delete() const;

  const boost::json::value& json() const { return *object_; }

 private:
  const boost::json::value* object_;
  const ContentKind* kind_;
};

}  // namespace snapshot
