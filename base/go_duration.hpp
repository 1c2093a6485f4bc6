#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace base {

// Go's time.ParseDuration: "1m30s", "300ms", "1.5h", "-2s", "0"; units ns us µs ms s m h. A number
// without a unit is an error (only "0" may be bare), and so is what int64 nanoseconds cannot hold.
Result<std::chrono::nanoseconds> parse_go_duration(std::string_view text);

// Go's Duration.String: "1m30s", "300ms", "0s".
std::string format_go_duration(std::chrono::nanoseconds duration);

}  // namespace base
