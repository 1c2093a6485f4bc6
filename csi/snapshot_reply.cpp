#include "csi/snapshot_reply.hpp"

#include <limits>

#include "csi-spec/csi.pb.h"

namespace csi {
namespace {

using base::Error;
using base::ErrorKind;
using Time = google::protobuf::Timestamp;

constexpr std::int64_t ns_per_second = 1'000'000'000;
// 0001-01-01T00:00:00Z, the value of a time that nobody set in a driver written in Go.
constexpr std::int64_t go_zero_seconds = -62'135'596'800;

bool go_zero(const Time& time) {
  return time.seconds() == go_zero_seconds && time.nanos() == 0;
}

// Whole seconds such that any nanos still fit into int64 nanoseconds: the years 1677 to 2262.
bool in_range(const Time& time) {
  constexpr std::int64_t last = std::numeric_limits<std::int64_t>::max() / ns_per_second - 1;
  return time.seconds() >= -last && time.seconds() <= last && time.nanos() >= 0 &&
         time.nanos() < ns_per_second;
}

Error unbelievable(const v1::Snapshot& reported, const std::string& why) {
  return Error(ErrorKind::malformed,
               "the driver reports a snapshot \"" + reported.snapshot_id() + "\" " + why);
}

}  // namespace

base::Result<std::optional<std::int64_t>> checked_time(const Time& time) {
  if (go_zero(time)) return std::optional<std::int64_t>();
  if (!in_range(time))
    return Error(ErrorKind::malformed,
                 "an impossible creation time: " + std::to_string(time.seconds()) + " s and " +
                     std::to_string(time.nanos()) + " ns since 1970");
  return std::optional<std::int64_t>(time.seconds() * ns_per_second + time.nanos());
}

base::Result<Snapshot> checked_snapshot(const v1::Snapshot& reported) {
  if (reported.snapshot_id().empty())
    return Error(ErrorKind::malformed, "the driver reports a snapshot without an id");
  if (reported.size_bytes() < 0)
    return unbelievable(reported,
                        "of negative size: " + std::to_string(reported.size_bytes()) + " bytes");

  Snapshot snapshot;
  if (reported.has_creation_time()) {
    const auto time = checked_time(reported.creation_time());
    if (!time) return unbelievable(reported, "with " + time.error().text());
    snapshot.creation_time_ns = *time;
  }
  snapshot.snapshot_id = reported.snapshot_id();
  snapshot.source_volume_id = reported.source_volume_id();
  snapshot.size_bytes = reported.size_bytes();
  snapshot.ready_to_use = reported.ready_to_use();
  snapshot.group_snapshot_id = reported.group_snapshot_id();
  return snapshot;
}

}  // namespace csi
