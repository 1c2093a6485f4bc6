#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"

namespace kube {

// Keys by the time they are due, each at most once. Of the same time, the first to come is first.
class DelayHeap {
 public:
  // A key that is there can only be brought forward.
  void add(const std::string& key, base::Instant due);
  void erase(const std::string& key);
  void clear();

  // Takes out one key whose time has come.
  std::optional<std::string> pop(base::Instant now);

  std::optional<base::Instant> next_due() const;
  bool contains(const std::string& key) const { return by_key_.count(key) > 0; }
  std::size_t size() const { return by_key_.size(); }

 private:
  using ByDue = std::multimap<base::Instant, std::string>;

  ByDue by_due_;
  std::unordered_map<std::string, ByDue::iterator> by_key_;
};

}  // namespace kube
