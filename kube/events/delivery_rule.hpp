#pragma once

#include <chrono>
#include <optional>

#include "base/error.hpp"

namespace kube {

// How long to wait before an event is told again after its attempt number `tries` (1: the first)
// ended with this error; nothing: it is given up. Only where no answer came, or none that can be
// read: what the API server refuses once it refuses again. Twelve attempts, the first pause drawn
// from [0, 10 s) so that the clients of a restarted server do not come back all at once, the others
// 10 s. `chance` is in [0, 1).
std::optional<std::chrono::nanoseconds> wait_before_next_attempt(base::ErrorKind kind, int tries,
                                                                 double chance);

}  // namespace kube
