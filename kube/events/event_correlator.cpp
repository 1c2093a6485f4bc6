#include "kube/events/event_correlator.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "kube/events/event_name.hpp"

namespace kube {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_messages = 9;  // the tenth is combined with all that follow
constexpr std::chrono::nanoseconds group_pause = 10min;
constexpr std::chrono::nanoseconds refill = 5min;  // for one token
constexpr std::string_view combined = "(combined from similar events): ";

std::uint64_t hash_of(std::initializer_list<std::string_view> parts) {
  std::string joined;
  for (const std::string_view part : parts) {
    joined += part;
    joined += '\0';
  }
  return std::hash<std::string>()(joined);
}

// The version of the subject is no part of it: it changes with every write.
std::uint64_t subject_of(const ObjectReference& about) {
  return hash_of({about.kind, about.space, about.name, about.uid, about.api_version});
}

std::uint64_t group_of(const Event& event) {
  const ObjectReference& about = event.about;
  const char* const severity = event.severity == EventSeverity::normal ? "Normal" : "Warning";
  return hash_of(
      {about.kind, about.space, about.name, about.uid, about.api_version, severity, event.reason});
}

}  // namespace

CorrelatedEvent EventCorrelator::correlate(Event event, base::Instant now) {
  const std::uint64_t identity = aggregate(event, now);
  const std::uint64_t subject = subject_of(event.about);
  CorrelatedEvent correlated(std::move(event));
  deduplicate(correlated, identity);
  if (!allowances_.touch(subject).take(now)) correlated.deed = CorrelatedEvent::Deed::drop;
  return correlated;
}

std::uint64_t EventCorrelator::aggregate(Event& event, base::Instant now) {
  const std::uint64_t group_key = group_of(event);
  const std::uint64_t message = hash_of({event.message});
  Group& group = groups_.touch(group_key);
  if (now - group.last > group_pause) group.messages.clear();
  group.last = now;
  std::vector<std::uint64_t>& messages = group.messages;
  const bool known = std::find(messages.begin(), messages.end(), message) != messages.end();
  if (!known && messages.size() == most_messages) {
    event.message.insert(0, combined);
    return group_key;
  }
  if (!known) messages.push_back(message);
  return hash_of({event.message, std::to_string(group_key)});
}

void EventCorrelator::deduplicate(CorrelatedEvent& correlated, std::uint64_t identity) {
  Told& told = told_.touch(identity);
  if (told.count == 0) {
    told.name = event_name(correlated.event.about.name, correlated.event.at);
    told.first = correlated.event.at;
  } else {
    correlated.deed = CorrelatedEvent::Deed::patch;
  }
  correlated.name = told.name;
  correlated.first = told.first;
  correlated.count = ++told.count;
}

bool EventCorrelator::Allowance::take(base::Instant now) {
  const std::chrono::duration<double> since = now - filled_at_;
  tokens_ = std::min(burst, tokens_ + since / std::chrono::duration<double>(refill));
  filled_at_ = now;
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

}  // namespace kube
