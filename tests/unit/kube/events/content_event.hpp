#pragma once

#include <string>
#include <utility>

#include "kube/events/event.hpp"

namespace kube::test {

inline ObjectReference content(std::string name = "content-1") {
  ObjectReference about;
  about.api_version = "snapshot.storage.k8s.io/v1";
  about.kind = "VolumeSnapshotContent";
  about.name = std::move(name);
  about.uid = "uid-of-" + about.name;
  about.resource_version = "7";
  return about;
}

// Something went wrong with a content, at a time that a test can spell: 2025-11-23T12:13:20Z.
inline Event failure(std::string message, std::string reason = "SnapshotCreationFailed") {
  Event event;
  event.about = content();
  event.severity = EventSeverity::warning;
  event.reason = std::move(reason);
  event.message = std::move(message);
  event.at = base::WallTime(std::chrono::seconds(1'763'900'000));
  return event;
}

}  // namespace kube::test
