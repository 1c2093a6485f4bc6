#include "kube/cache/resource_version.hpp"

#include <algorithm>

namespace kube {

namespace {

bool comparable(std::string_view version) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !version.empty() && version.front() != '0' &&
         std::all_of(version.begin(), version.end(), is_digit);
}

}  // namespace

std::partial_ordering compare_versions(std::string_view left, std::string_view right) {
  if (left == right) return std::partial_ordering::equivalent;
  if (!comparable(left) || !comparable(right)) return std::partial_ordering::unordered;
  if (left.size() != right.size()) return left.size() <=> right.size();
  return left.compare(right) <=> 0;
}

}  // namespace kube
