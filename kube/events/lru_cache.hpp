#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <unordered_map>
#include <utility>

namespace kube {

// Values by the hash of what they belong to; the one that was not asked for the longest makes room.
// Two things of one hash are taken for one, which may cost an event and nothing more. Empty, it
// holds no memory.
template <class Value>
class LruCache {
 public:
  explicit LruCache(std::size_t capacity) : capacity_(capacity) {}

  // The value of this key, as its default constructor leaves it when there was none. Stays where it
  // is until the next call.
  Value& touch(std::uint64_t key) {
    const auto known = places_.find(key);
    if (known != places_.end()) {
      by_age_.splice(by_age_.begin(), by_age_, known->second);
      return known->second->second;
    }
    if (by_age_.size() == capacity_) {
      places_.erase(by_age_.back().first);
      by_age_.pop_back();
    }
    by_age_.emplace_front(key, Value());
    places_.emplace(key, by_age_.begin());
    return by_age_.front().second;
  }

  std::size_t size() const { return by_age_.size(); }

 private:
  using ByAge = std::list<std::pair<std::uint64_t, Value>>;  // the youngest first

  std::size_t capacity_;
  ByAge by_age_;
  std::unordered_map<std::uint64_t, typename ByAge::iterator> places_;
};

}  // namespace kube
