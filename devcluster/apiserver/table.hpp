#pragma once

#include <string_view>
#include <vector>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// What kubectl prints: a meta.k8s.io/v1 Table with one row per object. Every row carries its
// object, whole or as PartialObjectMetadata. A cell whose value is missing is null, which kubectl
// prints as nothing; ages are counted up to `now_rfc3339`. The list's own metadata is left to the
// caller. Built-in kinds print the columns of the real server; kinds of a CRD those of the CRD.
Json table_of(const Kind& kind, const std::vector<Json>& objects, bool include_object_full,
              std::string_view now_rfc3339);

}  // namespace devcluster::apiserver
