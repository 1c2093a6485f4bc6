#pragma once

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// The schema of metadata, the same for all kinds.
const Json& object_meta_schema();

// The schema of a list's metadata.
const Json& list_meta_schema();

}  // namespace devcluster::apiserver
