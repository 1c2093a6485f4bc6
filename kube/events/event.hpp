#pragma once

#include <string>
#include <utility>

#include "base/clock.hpp"
#include "kube/events/event_recorder.hpp"

namespace kube {

// One thing that happened, as it was recorded.
class Event {
 public:
  Event() = default;

  ObjectReference about;
  EventSeverity severity = EventSeverity::normal;
  std::string reason;
  std::string message;
  base::WallTime at{};
};

}  // namespace kube
