#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace kube {

// Remembers the last objects that were deleted, so that a late word about one of them (the reply to
// a write, an event still on its way, a page of an older list) does not bring it back to life.
// Bounded: whoever is forgotten and does come back is found out by the next write to it, a 404.
class GoneObjects {
 public:
  // `version` is that of the deletion, empty if unknown: then nothing can be newer.
  void add(std::string_view uid, std::string_view version);

  // An object that left a selection also arrives as DELETED, and may come back: a newer version of
  // the same uid is not gone.
  bool gone(std::string_view uid, std::string_view version) const;

 private:
  std::unordered_map<std::uint64_t, std::string> versions_;  // by hash of the uid
  std::vector<std::uint64_t> ring_;                          // the same hashes, by age
  std::size_t oldest_ = 0;
};

}  // namespace kube
