#pragma once

#include <string>
#include <string_view>

#include "devcluster/apiserver/refusal.hpp"
#include "devcluster/apiserver/request.hpp"

namespace devcluster::apiserver {

// The body of a POST, PUT or DELETE: JSON, or YAML when Content-Type says so. 400 when it cannot be
// read, 415 for other types.
Answer<Json> object_in(const Request& request);

// JSON text that comes from outside: 400 when it is none, or nested so deep that walking it would
// exhaust the stack.
Answer<Json> json_in(std::string_view text);

// "application/json; charset=utf-8" without its parameters.
std::string media_type_of(std::string_view content_type);

// The object with the patch of the request applied, by Content-Type: JSON patch, merge patch, and
// for built-in kinds strategic merge patch. 415 for others, server-side apply among them.
Answer<Json> patched(const Kind& kind, Json object, const Request& request);

}  // namespace devcluster::apiserver
