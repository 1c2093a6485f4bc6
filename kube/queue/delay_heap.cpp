#include "kube/queue/delay_heap.hpp"

#include <utility>

namespace kube {

void DelayHeap::add(const std::string& key, base::Instant due) {
  const auto known = by_key_.find(key);
  if (known != by_key_.end()) {
    if (known->second->first <= due) return;
    by_due_.erase(known->second);
  }
  by_key_.insert_or_assign(key, by_due_.emplace(due, key));
}

void DelayHeap::erase(const std::string& key) {
  const auto known = by_key_.find(key);
  if (known == by_key_.end()) return;
  by_due_.erase(known->second);
  by_key_.erase(known);
}

void DelayHeap::clear() {
  by_due_.clear();
  by_key_.clear();
}

std::optional<std::string> DelayHeap::pop(base::Instant now) {
  const auto first = by_due_.begin();
  if (first == by_due_.end() || first->first > now) return std::nullopt;
  std::string key = std::move(first->second);
  by_due_.erase(first);
  by_key_.erase(key);
  return key;
}

std::optional<base::Instant> DelayHeap::next_due() const {
  if (by_due_.empty()) return std::nullopt;
  return by_due_.begin()->first;
}

}  // namespace kube
