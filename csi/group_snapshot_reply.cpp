#include "csi/group_snapshot_reply.hpp"

#include <set>

#include "csi-spec/csi.pb.h"
#include "csi/snapshot_reply.hpp"

namespace csi {
namespace {

using base::Error;
using base::ErrorKind;

std::string described(const v1::VolumeGroupSnapshot& reported) {
  return "the driver reports a group snapshot \"" + reported.group_snapshot_id() + "\"";
}

Error unbelievable(const v1::VolumeGroupSnapshot& reported, const std::string& why) {
  return Error(ErrorKind::malformed, described(reported) + " " + why);
}

}  // namespace

base::Result<GroupSnapshot> checked_group_snapshot(const v1::VolumeGroupSnapshot& reported) {
  if (reported.group_snapshot_id().empty())
    return Error(ErrorKind::malformed, "the driver reports a group snapshot without an id");

  GroupSnapshot group;
  group.group_snapshot_id = reported.group_snapshot_id();
  group.ready_to_use = reported.ready_to_use();
  if (reported.has_creation_time()) {
    const auto time = checked_time(reported.creation_time());
    if (!time) return unbelievable(reported, "with " + time.error().text());
    group.creation_time_ns = *time;
  }
  std::set<std::string> ids;
  for (const v1::Snapshot& entry : reported.snapshots()) {
    base::Result<Snapshot> member = checked_snapshot(entry);
    if (!member) return member.error().while_doing(described(reported));
    if (!ids.insert(member->snapshot_id).second)
      return unbelievable(reported, "with snapshot \"" + member->snapshot_id + "\" twice");
    // Absent is allowed: only the group call has to tell it.
    if (!member->group_snapshot_id.empty() && member->group_snapshot_id != group.group_snapshot_id)
      return unbelievable(reported, "with snapshot \"" + member->snapshot_id +
                                        "\", which says that it belongs to group \"" +
                                        member->group_snapshot_id + "\"");
    group.members.push_back(std::move(*member));
  }
  return group;
}

}  // namespace csi
