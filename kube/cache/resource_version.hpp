#pragma once

#include <compare>
#include <string_view>

namespace kube {

// Orders two versions of objects of one kind. A version is a decimal number of any length, without
// leading zero and not 0; anything else is only ever equal to itself, and `unordered` to the rest:
// the caller must not guess then. Never across kinds. (spec/kube-client.md 7.10)
std::partial_ordering compare_versions(std::string_view left, std::string_view right);

}  // namespace kube
