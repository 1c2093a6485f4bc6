#pragma once

#include <string_view>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// The first value at a path in the simple JSONPath of printer columns, or null: .a.b, .a\.b,
// ['a'], [0], [*], and the filter [?(@.type=="Ready")]. A path that cannot be read finds nothing.
const Json* find_path(const Json& object, std::string_view path);

}  // namespace devcluster::apiserver
