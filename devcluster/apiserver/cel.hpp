#pragma once

#include <string>
#include <vector>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// The rules under x-kubernetes-validations, as far as this small part of CEL can say them: self,
// oldSelf, has(), size(), member access with the escapes of Kubernetes (__namespace__), ! && ||
// == != < <= > >=, parentheses, strings, integers, true, false.

// The rules that the object breaks. Rules that mention oldSelf are looked at only on update, and
// only where the old object has the value too. `old_object` is null on create.
std::vector<Cause> check_rules(const Json& schema, const Json& object, const Json* old_object);

// The rules that are beyond this part of CEL, as "spec.source: <rule>": they are not enforced.
std::vector<std::string> unsupported_rules(const Json& schema);

}  // namespace devcluster::apiserver
