#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace devcluster::apiserver {

// "2026-01-31T12:00:00Z", with an optional fraction and any offset; fractions are cut off.
std::optional<std::chrono::sys_seconds> parse_rfc3339(std::string_view text);

}  // namespace devcluster::apiserver
