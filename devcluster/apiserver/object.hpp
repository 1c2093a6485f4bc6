#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "devcluster/apiserver/json_access.hpp"

namespace devcluster::apiserver {

// Reads and small writes of metadata, for objects of any shape: a read never throws.

// The value at a path like "metadata.name" or ".spec.driver", or null.
const Json* at_path(const Json& value, std::string_view dotted);

std::string name_of(const Json& object);
std::string namespace_of(const Json& object);
std::string uid_of(const Json& object);
std::string version_of(const Json& object);  // metadata.resourceVersion
std::vector<std::string> finalizers_of(const Json& object);
bool being_deleted(const Json& object);

// RFC 3339, UTC, whole seconds: "2006-01-02T15:04:05Z".
std::string rfc3339(std::chrono::system_clock::time_point when);

// A random uid in the canonical form of version 4.
std::string new_uid();
// Five letters as the server appends them to generateName: no vowels, so no words.
std::string name_suffix();

// Why the name cannot be one, or empty: RFC 1123 subdomain (most kinds) and label (namespaces).
std::string subdomain_problem(std::string_view name);
std::string label_problem(std::string_view name);

// Decimal text of at least one digit that fits into 63 bits, or -1.
std::int64_t decimal(std::string_view text);

}  // namespace devcluster::apiserver
