#pragma once

#include "devcluster/apiserver/refusal.hpp"

namespace devcluster::apiserver {

// RFC 6902 as kube-apiserver carries it out (evanphx/json-patch v4), which is not quite the RFC:
// "replace" of a missing object member adds it, and "test" with null holds for a missing member. A
// patch that is none is answered with 400, an operation that does not apply with 422.
Answer<Json> json_patched(Json document, const Json& patch);

}  // namespace devcluster::apiserver
