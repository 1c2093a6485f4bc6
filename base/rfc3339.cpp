#include "base/rfc3339.hpp"

#include <time.h>

#include <string>

namespace base {

std::optional<WallTime> parse_metadata_time(std::string_view text) {
  const std::string terminated(text);
  tm broken_down = {};
  const char* end = strptime(terminated.c_str(), "%Y-%m-%dT%H:%M:%SZ", &broken_down);
  if (!end || end != terminated.c_str() + terminated.size()) return std::nullopt;
  return std::chrono::system_clock::from_time_t(timegm(&broken_down));
}

}  // namespace base
