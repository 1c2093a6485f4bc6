#pragma once

#include <string>
#include <string_view>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// How the walks over a structural schema find their way; shared by schema_prune.cpp,
// schema_validate.cpp and cel_rules.cpp.

bool preserves_unknown_fields(const Json& schema);

// Whether an object of its own lives here, with apiVersion, kind and metadata.
bool is_embedded_resource(const Json& schema);

// The schema of a member: a named property, else additionalProperties. Null: not named.
const Json* schema_of_member(const Json& schema, std::string_view key);

// The schema of a list's elements, or null.
const Json* schema_of_items(const Json& schema);

// "spec" + "driver" is "spec.driver"; the root is the empty path.
std::string path_to_member(const std::string& path, std::string_view key);
std::string path_to_element(const std::string& path, std::size_t index);

}  // namespace devcluster::apiserver
