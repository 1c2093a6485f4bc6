#include "kube/events/event_object.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "tests/unit/kube/events/content_event.hpp"

namespace json = boost::json;
using kube::CorrelatedEvent;

TEST_CASE("an event as it is posted") {
  CorrelatedEvent correlated(kube::test::failure("Failed to create snapshot: no space"));
  correlated.name = "content-1.1";
  correlated.first = correlated.event.at - std::chrono::seconds(20);
  correlated.count = 3;
  const json::value expected = json::parse(R"({
    "apiVersion": "v1", "kind": "Event",
    "metadata": {"name": "content-1.1", "namespace": "default"},
    "involvedObject": {
      "kind": "VolumeSnapshotContent", "apiVersion": "snapshot.storage.k8s.io/v1",
      "name": "content-1", "uid": "uid-of-content-1", "resourceVersion": "7"},
    "reason": "SnapshotCreationFailed", "message": "Failed to create snapshot: no space",
    "type": "Warning",
    "source": {"component": "csi-snapshotter csi.example.com"},
    "reportingComponent": "csi-snapshotter csi.example.com", "reportingInstance": "",
    "firstTimestamp": "2025-11-23T12:13:00Z", "lastTimestamp": "2025-11-23T12:13:20Z",
    "count": 3})");
  CHECK(json::value(event_object(correlated, "csi-snapshotter csi.example.com")) == expected);
}

TEST_CASE("one more of the same changes three fields") {
  CorrelatedEvent correlated(kube::test::failure("no space"));
  correlated.count = 2;
  const json::value expected = json::parse(
      R"({"count": 2, "lastTimestamp": "2025-11-23T12:13:20Z", "message": "no space"})");
  CHECK(json::value(event_patch(correlated)) == expected);
}

TEST_CASE("events live in the namespace of their subject, or in the default one") {
  kube::ObjectReference about = kube::test::content();
  CHECK(event_collection(about).space == "default");
  about.space = "kube-system";
  CHECK(event_collection(about).space == "kube-system");
  CorrelatedEvent correlated(kube::test::failure("x"));
  correlated.event.about = about;
  correlated.event.severity = kube::EventSeverity::normal;
  const json::object object = event_object(correlated, "x");
  CHECK(object.at("metadata").at("namespace") == "kube-system");
  CHECK(object.at("involvedObject").at("namespace") == "kube-system");
  CHECK(object.at("type") == "Normal");
}
