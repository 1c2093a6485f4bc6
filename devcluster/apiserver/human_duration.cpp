#include "devcluster/apiserver/human_duration.hpp"

#include <array>
#include <cstdint>
#include <optional>

#include "devcluster/apiserver/rfc3339.hpp"

namespace devcluster::apiserver {
namespace {

constexpr std::int64_t minute = 60;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;
constexpr std::int64_t year = 365 * day;

// Ages below `limit` seconds are shown in `unit`, and what is left over in `rest_unit`.
struct Scale {
  std::int64_t limit;
  std::int64_t unit;
  char letter;
  std::int64_t rest_unit = 0;  // 0: what is left over is not shown
  char rest_letter = '\0';
};

constexpr std::array scales{
    Scale{2 * minute, 1, 's'},    Scale{10 * minute, minute, 'm', 1, 's'},
    Scale{3 * hour, minute, 'm'}, Scale{8 * hour, hour, 'h', minute, 'm'},
    Scale{2 * day, hour, 'h'},    Scale{8 * day, day, 'd', hour, 'h'},
    Scale{2 * year, day, 'd'},    Scale{8 * year, year, 'y', day, 'd'},
};
constexpr Scale beyond{0, year, 'y'};

std::string in_scale(std::int64_t seconds, const Scale& scale) {
  std::string shown = std::to_string(seconds / scale.unit) + scale.letter;
  if (scale.rest_unit == 0) return shown;
  const std::int64_t rest = seconds % scale.unit / scale.rest_unit;
  return rest == 0 ? shown : shown + std::to_string(rest) + scale.rest_letter;
}

}  // namespace

std::string human_duration(std::chrono::seconds age) {
  const std::int64_t seconds = age.count();
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  for (const Scale& scale : scales)
    if (seconds < scale.limit) return in_scale(seconds, scale);
  return in_scale(seconds, beyond);
}

std::string human_age(std::string_view since, std::chrono::sys_seconds now) {
  if (since.empty()) return "<unknown>";
  const std::optional<std::chrono::sys_seconds> start = parse_rfc3339(since);
  return start ? human_duration(now - *start) : "<invalid>";
}

}  // namespace devcluster::apiserver
