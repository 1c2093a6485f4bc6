#pragma once

namespace sidecar {

// "v0.1.0"
const char* version();

}  // namespace sidecar
