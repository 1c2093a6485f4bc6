#pragma once

#include <optional>
#include <string>
#include <vector>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// Structural OpenAPI v3 schemas, applied to objects in the order of the real server: prune, then
// apply_defaults, then validate. A null schema means that anything goes. `object` is a whole
// object: its apiVersion, kind and metadata are known whatever the schema says.

// Removes what the schema does not name, and nulls where null is not allowed. Keeps everything
// below x-kubernetes-preserve-unknown-fields.
void prune(const Json& schema, Json& object);

// The paths that prune would remove as unknown ("spec.foo", "spec.list[0].bar"), in the order of
// the object; for fieldValidation=Strict and Warn.
std::vector<std::string> unknown_fields(const Json& schema, const Json& object);

// Fills in `default` where a field is absent, also inside parents that are there.
void apply_defaults(const Json& schema, Json& object);

// Everything that is wrong with the object, in the words of the real server. Empty: it is valid.
std::vector<Cause> validate(const Json& schema, const Json& object);

// Why this schema cannot be used at all: a pattern that does not compile, an unknown type.
std::optional<std::string> problem_in(const Json& schema);

}  // namespace devcluster::apiserver
