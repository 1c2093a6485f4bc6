#pragma once

#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace base {

// The times in objects' metadata, which the API server always writes in this one shape:
// "2026-01-31T12:00:00Z". Anything else is nothing.
std::optional<WallTime> parse_metadata_time(std::string_view text);

}  // namespace base
