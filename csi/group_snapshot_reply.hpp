#pragma once

#include "base/error.hpp"
#include "csi/group_snapshot_driver.hpp"

namespace csi::v1 {
class VolumeGroupSnapshot;
}

namespace csi {

// A driver's group snapshot, once it can be believed: its id is not empty, its creation time valid,
// each member is one that checked_snapshot believes, none is named twice, and none says that it
// belongs to another group. The error (malformed) says what is wrong.
base::Result<GroupSnapshot> checked_group_snapshot(const v1::VolumeGroupSnapshot& reported);

}  // namespace csi
