#pragma once

#include "base/error.hpp"
#include "csi/snapshot_driver.hpp"

namespace csi::v1 {
class Snapshot;
}

namespace csi {

// A driver's snapshot, once it can be believed: its id is not empty, its size not negative, its
// creation time a valid timestamp that fits into nanoseconds. Go's zero time, which drivers send
// that have none, counts as absent. The error (malformed) says what is wrong.
base::Result<Snapshot> checked_snapshot(const v1::Snapshot& reported);

}  // namespace csi
