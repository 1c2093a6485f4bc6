#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// What kubectl reads to explain, to check and to merge. Costly: the caller keeps the answer until
// the kinds change.

// GET /openapi/v2 as JSON (Swagger 2.0).
Json openapi_v2(const std::vector<Kind>& kinds);

// The same in binary, the only form that kubectl before 1.27 accepts. Clients ask for it by a name
// with an @ in it; the answer must have the other name, which is a media type by RFC 2045, or
// kubectl refuses it.
inline constexpr std::string_view openapi_v2_protobuf_asked =
    "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
inline constexpr std::string_view openapi_v2_protobuf_type =
    "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
std::string openapi_v2_protobuf(const std::vector<Kind>& kinds);

// GET /openapi/v3: one address per group and version, with a hash of what is found there.
Json openapi_v3_index(const std::vector<Kind>& kinds);

// GET /openapi/v3/api/v1 (empty group) or /openapi/v3/apis/<group>/<version>.
Json openapi_v3(const std::vector<Kind>& kinds, std::string_view group, std::string_view version);

}  // namespace devcluster::apiserver
