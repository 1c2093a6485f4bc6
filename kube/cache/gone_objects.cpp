#include "kube/cache/gone_objects.hpp"

#include <functional>

#include "kube/cache/resource_version.hpp"

namespace kube {

namespace {

// A reply is late by less than a second, and an API server deletes some hundreds in that time.
constexpr std::size_t remembered = 1024;

std::uint64_t hash_of(std::string_view uid) {
  return std::hash<std::string_view>()(uid);
}

}  // namespace

void GoneObjects::add(std::string_view uid, std::string_view version) {
  const std::uint64_t hash = hash_of(uid);
  if (!versions_.insert_or_assign(hash, std::string(version)).second) return;
  if (ring_.size() < remembered) {
    ring_.push_back(hash);
    return;
  }
  versions_.erase(ring_[oldest_]);
  ring_[oldest_] = hash;
  oldest_ = (oldest_ + 1) % remembered;
}

bool GoneObjects::gone(std::string_view uid, std::string_view version) const {
  const auto found = versions_.find(hash_of(uid));
  if (found == versions_.end()) return false;
  return found->second.empty() || !(compare_versions(version, found->second) > 0);
}

}  // namespace kube
