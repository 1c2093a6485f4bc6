#pragma once

#include <string_view>

// Keys that the snapshot controllers agree on. Exact: both halves, ours and upstream's, of any
// version, read what the other wrote (spec/sidecar.md 2.3).
namespace snapshot::keys {

inline constexpr std::string_view group = "snapshot.storage.k8s.io";
inline constexpr std::string_view version = "v1";
inline constexpr std::string_view contents = "volumesnapshotcontents";
inline constexpr std::string_view classes = "volumesnapshotclasses";

// Annotations of a VolumeSnapshotContent. Presence counts, the value does not.
inline constexpr std::string_view being_created =
    "snapshot.storage.kubernetes.io/volumesnapshot-being-created";
inline constexpr std::string_view being_deleted =
    "snapshot.storage.kubernetes.io/volumesnapshot-being-deleted";
inline constexpr std::string_view group_member =
    "groupsnapshot.storage.k8s.io/volumeGroupSnapshotHandle";
inline constexpr std::string_view mark_value = "yes";

// Name the Secret for create and delete; used when both are there.
inline constexpr std::string_view secret_name =
    "snapshot.storage.kubernetes.io/deletion-secret-name";
inline constexpr std::string_view secret_namespace =
    "snapshot.storage.kubernetes.io/deletion-secret-namespace";

inline constexpr std::string_view content_finalizer =
    "snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection";

// The same for groups. The annotations of a group content are spelled storage.kubernetes.io, its
// API group storage.k8s.io.
inline constexpr std::string_view group_snapshot_group = "groupsnapshot.storage.k8s.io";
inline constexpr std::string_view group_contents = "volumegroupsnapshotcontents";
inline constexpr std::string_view group_classes = "volumegroupsnapshotclasses";
inline constexpr std::string_view group_being_created =
    "groupsnapshot.storage.kubernetes.io/volumegroupsnapshot-being-created";
inline constexpr std::string_view group_being_deleted =
    "groupsnapshot.storage.kubernetes.io/volumegroupsnapshot-being-deleted";
inline constexpr std::string_view group_secret_name =
    "groupsnapshot.storage.kubernetes.io/deletion-secret-name";
inline constexpr std::string_view group_secret_namespace =
    "groupsnapshot.storage.kubernetes.io/deletion-secret-namespace";
inline constexpr std::string_view group_content_finalizer =
    "groupsnapshot.storage.kubernetes.io/volumegroupsnapshotcontent-bound-protection";

// Label of the contents that one node's sidecar works on, with --node-deployment.
inline constexpr std::string_view managed_by = "snapshot.storage.kubernetes.io/managed-by";

// Class parameters under this prefix are for the sidecars and never reach the driver.
inline constexpr std::string_view parameter_prefix = "csi.storage.k8s.io/";

}  // namespace snapshot::keys
