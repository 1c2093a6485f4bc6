#include "kube/queue/work_queue_steps.hpp"

#include <algorithm>
#include <utility>

namespace kube {

namespace {

// Saturates, so that "for ever" does not wrap into the past.
base::Instant later(base::Instant now, std::chrono::nanoseconds wait) {
  return wait > base::Instant::max() - now ? base::Instant::max() : now + wait;
}

}  // namespace

void WorkQueueSteps::add(const std::string& key, Urgency urgency) {
  if (shut_down_) return;
  if (urgency == Urgency::routine && delays_.contains(key)) return;
  delays_.erase(key);
  mark_dirty(key, urgency);
}

void WorkQueueSteps::add_after(const std::string& key, std::chrono::nanoseconds wait,
                               base::Instant now) {
  if (shut_down_) return;
  if (observer_) observer_->delayed(key);
  if (wait > wait.zero()) return delays_.add(key, later(now, wait));
  delays_.erase(key);
  mark_dirty(key, Urgency::routine);
}

std::optional<std::string> WorkQueueSteps::get(base::Instant now) {
  while (const std::optional<std::string> due = delays_.pop(now))
    mark_dirty(*due, Urgency::routine);
  if (order_.empty()) return std::nullopt;
  std::string key = std::move(order_.front());
  order_.pop_front();
  dirty_.erase(key);
  in_hand_.insert(key);
  if (observer_) observer_->taken(key);
  return key;
}

void WorkQueueSteps::done(const std::string& key, Outcome outcome, base::Instant now) {
  if (in_hand_.erase(key) == 0) return;
  if (observer_) observer_->finished(key);
  const std::optional<std::chrono::nanoseconds> wait = wait_after(key, outcome);
  if (shut_down_) return;
  const auto dirty = dirty_.find(key);
  if (dirty != dirty_.end()) {
    const bool news = dirty->second == Urgency::news;
    // A refresh that came while the key was in hand is served by the run that is due anyway.
    if (news || (!wait && !delays_.contains(key))) {
      delays_.erase(key);
      order_.push_back(key);  // dirty it is already
      return;
    }
    dirty_.erase(dirty);
    if (observer_) observer_->dropped(key);
  }
  if (wait) add_after(key, *wait, now);
}

void WorkQueueSteps::shut_down() {
  shut_down_ = true;
  if (observer_)
    for (const auto& [key, urgency] : dirty_) observer_->dropped(key);
  order_.clear();
  dirty_.clear();
  delays_.clear();
}

void WorkQueueSteps::mark_dirty(const std::string& key, Urgency urgency) {
  const auto [entry, fresh] = dirty_.try_emplace(key, urgency);
  if (!fresh) {
    if (urgency == Urgency::news) entry->second = urgency;
    return;
  }
  if (observer_) observer_->added(key);
  if (in_hand_.count(key) == 0) order_.push_back(key);
}

std::optional<std::chrono::nanoseconds> WorkQueueSteps::wait_after(const std::string& key,
                                                                   Outcome outcome) {
  if (outcome.what() == Outcome::What::failed) return std::max(backoff_.next(key), outcome.wait());
  backoff_.forget(key);
  if (outcome.what() == Outcome::What::done) return std::nullopt;
  return outcome.wait();
}

}  // namespace kube
