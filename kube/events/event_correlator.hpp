#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "kube/events/event.hpp"
#include "kube/events/lru_cache.hpp"

namespace kube {

// What is to be done about one event.
class CorrelatedEvent {
 public:
  enum class Deed {
    post,   // it is new
    patch,  // it is one more of an object that should be there: count, last time, message
    drop,   // its subject has had too many
  };

  explicit CorrelatedEvent(Event event) : event(std::move(event)) {}

  Deed deed = Deed::post;
  Event event;           // the message may have become that of a group
  std::string name;      // of the object
  base::WallTime first;  // when the first of the same happened
  int count = 1;         // how many there have been, this one included
};

// Keeps the API server from being flooded with events about one trouble, by client-go's rules
// (spec/kube-client.md 10.3), in this order:
//   1. From the tenth different message on that a subject has for one reason, with no pause of more
//      than ten minutes in between, all new messages become one event "(combined from similar
//      events): ...".
//   2. The same again is not another event but a higher count of the first.
//   3. A subject has 25 events at once, then one every five minutes; more are dropped. They still
//      count, so the next to get through tells of them.
// One correlator serves one source, so the source is no part of what makes events equal. Remembers
// the last 4096 of each sort and nothing of a message but its hash.
class EventCorrelator {
 public:
  CorrelatedEvent correlate(Event event, base::Instant now);

  // What is remembered, for tests of the bound.
  std::size_t remembered() const { return groups_.size() + told_.size() + allowances_.size(); }

 private:
  static constexpr std::size_t capacity = 4096;

  // Events that differ in nothing but the message.
  struct Group {
    std::vector<std::uint64_t> messages;  // hashes
    base::Instant last{};
  };
  // An object on the API server, as far as we know. Its resourceVersion does not matter: the patch
  // holds of any.
  struct Told {
    std::string name;
    base::WallTime first;
    int count = 0;
  };
  // A token bucket, full at first.
  class Allowance {
   public:
    bool take(base::Instant now);

   private:
    double tokens_ = burst;
    base::Instant filled_at_{};
    static constexpr double burst = 25;
  };

  // Both answer with what makes the event the same as another.
  std::uint64_t aggregate(Event& event, base::Instant now);
  void deduplicate(CorrelatedEvent& correlated, std::uint64_t identity);

  LruCache<Group> groups_{capacity};
  LruCache<Told> told_{capacity};
  LruCache<Allowance> allowances_{capacity};
};

}  // namespace kube
