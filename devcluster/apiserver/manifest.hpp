#pragma once

#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// The objects of a YAML (or JSON) manifest, as kubectl would send them: one per document, empty
// documents left out. Plain scalars get their type by the rules of YAML 1.1, quoted ones are text.
// The error says where the text cannot be read.
base::Result<std::vector<Json>> read_manifest(std::string_view yaml);

}  // namespace devcluster::apiserver
