#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace snapshot {

// How the name that the driver gets is made: --snapshot-name-prefix, --snapshot-name-uuid-length,
// and for groups --groupsnapshot-name-prefix, --groupsnapshot-name-uuid-length.
// The name is what makes CreateSnapshot idempotent; another rule than upstream's would duplicate
// snapshots after a change of image (spec/sidecar.md 4.10).
struct NameRule {
  std::string prefix = "snapshot";
  std::int64_t uuid_length = -1;  // -1: the whole uid with its dashes; else 1..32 without them
};

// Upstream crashes on a length above 32 or below -1, and gives every snapshot one name at 0. The
// error names the flag: `flags` is what both begin with.
base::Result<void> check(const NameRule& rule, const std::string& flags = "--snapshot-name");

// "<prefix>-<uid>" of a checked rule; the error says that the content is not bound (uid empty).
base::Result<std::string> snapshot_name(const NameRule& rule, std::string_view snapshot_ref_uid);

}  // namespace snapshot
