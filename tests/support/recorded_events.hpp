#pragma once

#include <string>
#include <vector>

#include "kube/events/event_recorder.hpp"

namespace tests {

// The port kube::EventRecorder as a list: "content-1 Warning SnapshotCreationFailed: no such
// volume".
class RecordedEvents final : public kube::EventRecorder {
 public:
  void record(const kube::ObjectReference& about, kube::EventSeverity severity,
              std::string_view reason, std::string_view message) override {
    const bool normal = severity == kube::EventSeverity::normal;
    lines.push_back(about.name + (normal ? " Normal " : " Warning ") + std::string(reason) + ": " +
                    std::string(message));
  }

  std::vector<std::string> lines;
};

}  // namespace tests
