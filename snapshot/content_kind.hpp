#pragma once

#include <string_view>

#include "snapshot/keys.hpp"

namespace snapshot {

// The two kinds of content that a sidecar works on go through the same states by the same rules.
// What differs is here: where things are called what (spec/sidecar.md 2 and 7).
struct ContentKind {
  bool group = false;  // VolumeGroupSnapshotContent

  // As the API addresses it.
  std::string_view api_group, kind, plural;
  std::string_view class_plural, class_name;  // class_name: as error texts name it

  // Metadata.
  std::string_view being_created, being_deleted, finalizer;
  std::string_view secret_name, secret_namespace;  // annotations

  // Members of spec and status.
  std::string_view spec_class, spec_ref, status_handle;

  // Class parameters that name the Secret for look-ups, and what their templates may ask for.
  std::string_view look_up_secret_name, look_up_secret_namespace, template_token;

  // --extra-create-metadata, under keys::parameter_prefix.
  std::string_view metadata_ref, metadata_content;

  // Words of messages, and reasons of events (spec/sidecar.md 4.6, 7.6).
  std::string_view noun, content_noun;
  std::string_view creation_failed, check_failed, delete_failed, left_behind;
};

inline constexpr ContentKind individual{
    .group = false,
    .api_group = keys::group,
    .kind = "VolumeSnapshotContent",
    .plural = keys::contents,
    .class_plural = keys::classes,
    .class_name = "volumesnapshotclass",
    .being_created = keys::being_created,
    .being_deleted = keys::being_deleted,
    .finalizer = keys::content_finalizer,
    .secret_name = keys::secret_name,
    .secret_namespace = keys::secret_namespace,
    .spec_class = "volumeSnapshotClassName",
    .spec_ref = "volumeSnapshotRef",
    .status_handle = "snapshotHandle",
    .look_up_secret_name = "csi.storage.k8s.io/snapshotter-list-secret-name",
    .look_up_secret_namespace = "csi.storage.k8s.io/snapshotter-list-secret-namespace",
    .template_token = "volumesnapshotcontent.name",
    .metadata_ref = "volumesnapshot",
    .metadata_content = "volumesnapshotcontent",
    .noun = "snapshot",
    .content_noun = "content",
    .creation_failed = "SnapshotCreationFailed",
    .check_failed = "SnapshotContentCheckandUpdateFailed",
    .delete_failed = "SnapshotDeleteError",
    .left_behind = "SnapshotLeftBehind",
};

inline constexpr ContentKind grouped{
    .group = true,
    .api_group = keys::group_snapshot_group,
    .kind = "VolumeGroupSnapshotContent",
    .plural = keys::group_contents,
    .class_plural = keys::group_classes,
    .class_name = "volumegroupsnapshotclass",
    .being_created = keys::group_being_created,
    .being_deleted = keys::group_being_deleted,
    .finalizer = keys::group_content_finalizer,
    .secret_name = keys::group_secret_name,
    .secret_namespace = keys::group_secret_namespace,
    .spec_class = "volumeGroupSnapshotClassName",
    .spec_ref = "volumeGroupSnapshotRef",
    .status_handle = "volumeGroupSnapshotHandle",
    .look_up_secret_name = "csi.storage.k8s.io/group-snapshotter-get-secret-name",
    .look_up_secret_namespace = "csi.storage.k8s.io/group-snapshotter-get-secret-namespace",
    .template_token = "volumegroupsnapshotcontent.name",
    .metadata_ref = "volumegroupsnapshot",
    .metadata_content = "volumegroupsnapshotcontent",
    .noun = "group snapshot",
    .content_noun = "group snapshot content",
    .creation_failed = "GroupSnapshotCreationFailed",
    .check_failed = "GroupSnapshotContentCheckandUpdateFailed",
    .delete_failed = "GroupSnapshotDeleteError",
    .left_behind = "GroupSnapshotLeftBehind",
};

}  // namespace snapshot
