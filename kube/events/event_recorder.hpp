#pragma once

#include <string>
#include <string_view>

namespace kube {

// The object that an event is about.
class ObjectReference {
 public:
  ObjectReference() = default;

  std::string api_version;  // "snapshot.storage.k8s.io/v1"
  std::string kind;         // "VolumeSnapshotContent"
  std::string space;        // the namespace; empty for a cluster-scoped kind
  std::string name;
  std::string uid;
  std::string resource_version;
};

enum class EventSeverity { normal, warning };

// Port: tells operators something about an object. Recording never waits and never fails; what
// cannot be delivered is dropped (spec/kube-client.md 10). Implemented by EventBroadcaster, and by
// a list in tests.
class EventRecorder {
 public:
  virtual ~EventRecorder() = default;

  // `reason` is UpperCamelCase and part of our interface. The text must hold no secret.
  virtual void record(const ObjectReference& about, EventSeverity severity, std::string_view reason,
                      std::string_view message) = 0;
};

}  // namespace kube
