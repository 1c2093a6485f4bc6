#pragma once

#include <string_view>
#include <vector>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// GET /api.
Json api_versions();

// GET /apis: every group but the core one, each with its versions, the preferred one first.
Json api_group_list(const std::vector<Kind>& kinds);

// GET /api/v1 (empty group) or /apis/<group>/<version>: resources and their /status.
Json api_resource_list(const std::vector<Kind>& kinds, std::string_view group,
                       std::string_view version);

// The same in one answer, apidiscovery.k8s.io/v2: for /api (core_group) or for /apis.
Json aggregated_discovery(const std::vector<Kind>& kinds, bool core_group);

// Whether `a` comes before `b` where versions are listed by priority: v2, v1, v1beta2, v1alpha1,
// then anything else by name.
bool preferred_version(std::string_view a, std::string_view b);

}  // namespace devcluster::apiserver
