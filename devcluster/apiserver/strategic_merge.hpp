#pragma once

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// Applies a strategic merge patch (application/strategic-merge-patch+json) to an object of a
// built-in kind. Which lists are merged, and by which key, is read from the kind's schema. Knows
// the directives $patch (merge, replace, delete), $retainKeys, $deleteFromPrimitiveList/<field>
// and $setElementOrder/<field>. An element without its merge key is appended.
Json strategic_merge(const Kind& kind, Json object, const Json& patch);

}  // namespace devcluster::apiserver
