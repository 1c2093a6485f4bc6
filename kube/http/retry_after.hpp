#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace kube {

// Reads the Retry-After header in its seconds form. Negative, fractional and date values yield
// nothing, as in client-go: the caller then uses its own backoff.
std::optional<std::chrono::seconds> retry_after(std::string_view header);

}  // namespace kube
