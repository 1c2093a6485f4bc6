#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// "string", "integer", "number", "boolean", "object", "array" or "null". A number without a
// fraction is an integer however it was written.
std::string_view type_of(const Json& value);

// Whether a value of this JSON type may stand where the schema says `expected`.
bool fits_type(const Json& value, std::string_view expected);

// Whether the value is what `format` promises: date-time, date, byte, int32, int64. Formats that
// nobody here checks are met by everything, as on the real server.
bool fits_format(const Json& value, std::string_view format);

// Whether the pattern is found anywhere in the text. The pattern must compile.
bool fits_pattern(std::string_view text, const std::string& pattern);

// Why the pattern does not compile.
std::optional<std::string> problem_in_pattern(const std::string& pattern);

// In characters, not bytes.
std::size_t length_of(std::string_view utf8);

}  // namespace devcluster::apiserver
