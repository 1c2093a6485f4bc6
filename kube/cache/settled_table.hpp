#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <boost/unordered/unordered_flat_map.hpp>

namespace kube {

// What is left of an object that needs no work: 24 bytes, whatever its size was. Names are kept as
// hashes only, so it can count and recognise objects but not list them. Two names of one hash
// (2^-64 per pair) would share an entry, and a count be off by one.
class SettledTable {
 public:
  struct Entry {
    std::uint64_t version = 0;  // 0: does not fit 64 bits, see long_versions_
    std::uint32_t uid = 0;      // a hash; a false match only skips a "vanished" of a settled object
    std::uint8_t state = 0;
    bool seen = false;  // by the list that is under way
  };

  void put(std::string_view key, std::string_view uid, std::string_view version, std::uint8_t state,
           bool seen);
  Entry* find(std::string_view key);
  bool erase(std::string_view key);

  bool same_uid(const Entry& entry, std::string_view uid) const;
  // How `version` stands to the one that is known of `key`, which must be in the table.
  std::partial_ordering compare(std::string_view version, std::string_view key);

  void begin_list();
  // Drops what the list did not name, unless it is known to be newer than the list.
  void end_list(std::string_view version, const std::function<void(std::uint8_t state)>& dropped);

  std::size_t size() const { return entries_.size(); }

 private:
  std::string version_of(std::uint64_t hash, const Entry& entry) const;

  boost::unordered_flat_map<std::uint64_t, Entry> entries_;  // by hash of the key
  // Versions that are no number below 10^19. No API server we know has any.
  std::unordered_map<std::uint64_t, std::string> long_versions_;
};

static_assert(sizeof(SettledTable::Entry) == 16, "20,000 of them are promised to stay small");

}  // namespace kube
