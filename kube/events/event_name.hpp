#pragma once

#include <string>

#include "base/clock.hpp"

namespace kube {

// "<subject>.<nanoseconds since 1970, lower-case hex>", as kubectl's users know them; a UUID drawn
// from the same two where that is no name an object may have. One subject must not have two events
// at one instant.
std::string event_name(const std::string& subject, base::WallTime at);

}  // namespace kube
