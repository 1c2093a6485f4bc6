#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace sidecar {

// What an operator can do about the API server refusing `what` ("volumesnapshotcontents"), as a
// sentence; empty where there is nothing to do but wait.
std::string advice_for(base::ErrorKind kind, std::string_view what);

}  // namespace sidecar
