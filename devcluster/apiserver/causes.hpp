#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// Causes in the real server's words, without the field's path in front.

// Required value
Cause required_value(std::string field);

// Unsupported value: "x": supported values: "Delete", "Retain"
Cause unsupported_value(std::string field, const Json& value, const Json& allowed);

// Invalid value: "integer": spec.driver in body must be of type string: "integer"
Cause wrong_type(std::string field, std::string_view actual, std::string_view expected);

// Invalid value: "x": <why>. Strings are quoted, everything else is written as JSON.
Cause invalid_value(std::string field, const Json& value, std::string_view why);

// Duplicate value: "x"
Cause duplicate_value(std::string field, const Json& value);

// Too long: may not be more than 5 bytes
Cause too_long(std::string field, std::string_view limit);

// Too many: 3: must have at most 2 items
Cause too_many(std::string field, std::size_t actual, std::string_view limit);

}  // namespace devcluster::apiserver
