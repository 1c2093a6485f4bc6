#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// The documents of a YAML text as JSON, empty ones left out. Plain scalars become null, booleans
// and numbers as in YAML 1.2; quoted ones stay strings.
base::Result<std::vector<Json>> parse_yaml(const std::string& text);

}  // namespace devcluster::apiserver
