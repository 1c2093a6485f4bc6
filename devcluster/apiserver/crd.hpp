#pragma once

#include <vector>

#include "base/error.hpp"
#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// The kinds a CustomResourceDefinition (apiextensions.k8s.io/v1) teaches the server: one per served
// version. The error is a sentence that names the field which is wrong; it covers what the real
// server refuses and we rely on: names, scope, versions, patterns that compile, columns,
// selectable fields, and the approval that groups under k8s.io need.
base::Result<std::vector<Kind>> kinds_of(const Json& crd);

// The definition as it is kept: spec.names and spec.conversion completed, status says that the
// names are accepted and which versions may be found in the store. Conditions keep the time at
// which they first became true; a new one takes metadata.creationTimestamp.
Json established(Json crd);

}  // namespace devcluster::apiserver
