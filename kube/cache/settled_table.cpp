#include "kube/cache/settled_table.hpp"

#include <charconv>

#include "kube/cache/resource_version.hpp"

namespace kube {

namespace {

std::uint64_t hash_of(std::string_view text) {
  static_assert(sizeof(std::size_t) == 8, "hashes of 32 bits would collide");
  return std::hash<std::string_view>()(text);
}

// 0 unless `version` is exactly the decimal form of the number returned.
std::uint64_t number_of(std::string_view version) {
  constexpr std::size_t always_fits = 19;  // digits
  if (version.empty() || version.front() == '0' || version.size() > always_fits) return 0;
  std::uint64_t number = 0;
  const char* end = version.data() + version.size();
  const auto [stop, failure] = std::from_chars(version.data(), end, number);
  return failure == std::errc() && stop == end ? number : 0;
}

}  // namespace

void SettledTable::put(std::string_view key, std::string_view uid, std::string_view version,
                       std::uint8_t state, bool seen) {
  const std::uint64_t hash = hash_of(key);
  Entry& entry = entries_[hash];
  entry.version = number_of(version);
  entry.uid = static_cast<std::uint32_t>(hash_of(uid));
  entry.state = state;
  entry.seen = seen;
  if (entry.version == 0)
    long_versions_.insert_or_assign(hash, std::string(version));
  else
    long_versions_.erase(hash);
}

SettledTable::Entry* SettledTable::find(std::string_view key) {
  const auto found = entries_.find(hash_of(key));
  return found == entries_.end() ? nullptr : &found->second;
}

bool SettledTable::erase(std::string_view key) {
  const std::uint64_t hash = hash_of(key);
  long_versions_.erase(hash);
  return entries_.erase(hash) > 0;
}

bool SettledTable::same_uid(const Entry& entry, std::string_view uid) const {
  return entry.uid == static_cast<std::uint32_t>(hash_of(uid));
}

std::partial_ordering SettledTable::compare(std::string_view version, std::string_view key) {
  const std::uint64_t hash = hash_of(key);
  return compare_versions(version, version_of(hash, entries_.at(hash)));
}

void SettledTable::begin_list() {
  for (auto& [hash, entry] : entries_) entry.seen = false;
}

void SettledTable::end_list(std::string_view version,
                            const std::function<void(std::uint8_t state)>& dropped) {
  boost::unordered::erase_if(entries_, [&](const auto& pair) {
    const auto& [hash, entry] = pair;
    if (entry.seen || compare_versions(version_of(hash, entry), version) > 0) return false;
    long_versions_.erase(hash);
    dropped(entry.state);
    return true;
  });
}

std::string SettledTable::version_of(std::uint64_t hash, const Entry& entry) const {
  return entry.version == 0 ? long_versions_.at(hash) : std::to_string(entry.version);
}

}  // namespace kube
