#pragma once

#include <optional>
#include <string_view>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

inline constexpr std::string_view kubernetes_protobuf_type = "application/vnd.kubernetes.protobuf";

// The object in a body of that type, as JSON. Typed Go clients write so, kubectl's among them when
// it creates a namespace or a secret. Only those kinds are read that such clients send here; empty
// for others, and for bytes that cannot be read.
std::optional<Json> object_in_protobuf(std::string_view bytes);

}  // namespace devcluster::apiserver
