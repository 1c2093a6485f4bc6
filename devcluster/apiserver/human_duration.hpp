#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace devcluster::apiserver {

// "45s", "5m12s", "3h7m", "2d", "1y20d": an age as kubectl shows it, with a second unit only while
// it tells something. "<invalid>" when it lies more than a second in the future, which clocks of
// two machines may do.
std::string human_duration(std::chrono::seconds age);

// The age of an RFC 3339 time. "<unknown>" when it is empty, "<invalid>" when it is no time.
std::string human_age(std::string_view since, std::chrono::sys_seconds now);

}  // namespace devcluster::apiserver
