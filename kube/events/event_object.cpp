#include "kube/events/event_object.hpp"

#include <ctime>

namespace kube {
namespace {

namespace json = boost::json;

// metav1.Time knows whole seconds only.
std::string rfc3339(base::WallTime at) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts));
}

json::object involved_object(const ObjectReference& about) {
  json::object reference{{"kind", about.kind}, {"apiVersion", about.api_version}};
  reference["name"] = about.name;
  if (!about.space.empty()) reference["namespace"] = about.space;
  if (!about.uid.empty()) reference["uid"] = about.uid;
  if (!about.resource_version.empty()) reference["resourceVersion"] = about.resource_version;
  return reference;
}

}  // namespace

ObjectPath event_collection(const ObjectReference& about) {
  return ObjectPath(Resource{"", "v1", "events"}, about.space.empty() ? "default" : about.space,
                    "");
}

json::object event_object(const CorrelatedEvent& correlated, const std::string& component) {
  const Event& event = correlated.event;
  json::object object{{"apiVersion", "v1"}, {"kind", "Event"}};
  object["metadata"] = {{"name", correlated.name},
                        {"namespace", event_collection(event.about).space}};
  object["involvedObject"] = involved_object(event.about);
  object["reason"] = event.reason;
  object["message"] = event.message;
  object["type"] = event.severity == EventSeverity::normal ? "Normal" : "Warning";
  object["source"] = {{"component", component}};
  object["reportingComponent"] = component;
  object["reportingInstance"] = "";
  object["firstTimestamp"] = rfc3339(correlated.first);
  object["lastTimestamp"] = rfc3339(event.at);
  object["count"] = correlated.count;
  return object;
}

json::object event_patch(const CorrelatedEvent& correlated) {
  json::object patch{{"count", correlated.count}};
  patch["lastTimestamp"] = rfc3339(correlated.event.at);
  patch["message"] = correlated.event.message;
  return patch;
}

}  // namespace kube
