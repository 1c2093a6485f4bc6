#pragma once

#include <cstdint>
#include <optional>

#include "base/error.hpp"
#include "csi/snapshot_driver.hpp"

namespace csi::v1 {
class Snapshot;
}
namespace google::protobuf {
class Timestamp;
}

namespace csi {

// A driver's time in nanoseconds since 1970. Go's zero time, which drivers send that have none,
// counts as absent. The error (malformed) is for a time that cannot be, or does not fit: "an
// impossible creation time: ...".
base::Result<std::optional<std::int64_t>> checked_time(const google::protobuf::Timestamp& time);

// A driver's snapshot, once it can be believed: its id is not empty, its size not negative, its
// creation time as above. The error (malformed) says what is wrong.
base::Result<Snapshot> checked_snapshot(const v1::Snapshot& reported);

}  // namespace csi
