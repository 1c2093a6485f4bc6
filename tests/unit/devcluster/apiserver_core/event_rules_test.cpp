#include "devcluster/apiserver/event_rules.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/devcluster/apiserver_core/world.hpp"

namespace devcluster::apiserver {
namespace {

const std::string events = "/api/v1/namespaces/default/events";
const char* const merge = "application/merge-patch+json";
const char* const strategic = "application/strategic-merge-patch+json";

// About a content, as upstream's sidecar sends it.
Json event(const Json& changes = Json::object()) {
  Json made = Json::parse(R"({
    "apiVersion": "v1", "kind": "Event",
    "metadata": {"name": "content-1.1", "namespace": "default", "creationTimestamp": null},
    "involvedObject": {
      "kind": "VolumeSnapshotContent", "apiVersion": "snapshot.storage.k8s.io/v1",
      "name": "content-1", "uid": "u", "resourceVersion": "7"},
    "reason": "SnapshotCreationFailed", "message": "no space", "type": "Warning",
    "source": {"component": "csi-snapshotter csi.example.com"},
    "reportingComponent": "csi-snapshotter csi.example.com", "reportingInstance": "",
    "firstTimestamp": "2025-11-23T12:13:20Z", "lastTimestamp": "2025-11-23T12:13:20Z",
    "count": 1, "eventTime": null})");
  made.merge_patch(changes);
  return made;
}

TEST_CASE("which events are taken") {
  const Json in_system = {{"metadata", {{"namespace", "kube-system"}}}};
  const Json about_system = {{"involvedObject", {{"namespace", "kube-system"}}}};
  const Json modern = {{"eventTime", "2025-11-23T12:13:20.000000Z"},
                       {"reportingComponent", "example.com/snapshotter"},
                       {"reportingInstance", "pod-1"},
                       {"action", "CreateSnapshot"}};
  const auto modern_but = [&](const Json& changes) {
    Json both = modern;
    both.merge_patch(changes);
    return event(both);
  };
  Json system_event = event(in_system);
  system_event.merge_patch(about_system);
  struct Row {
    const char* sentence;
    std::string space;
    Json event;
    std::string blamed;  // the field; empty: taken
  };
  const std::string here = "default";
  const std::string blames_namespace = "involvedObject.namespace";
  const Row table[] = {
      {"of a cluster's object, in default", here, event(), ""},
      {"of a cluster's object, elsewhere", "kube-system", event(in_system), blames_namespace},
      {"where its subject is", "kube-system", system_event, ""},
      {"where its subject is not", here, event(about_system), blames_namespace},
      {"with a time and all that comes with it", here, modern_but(Json::object()), ""},
      {"with a time, in kube-system", "kube-system", modern_but(in_system), ""},
      {"with a time and a blank in the reporter", here,
       modern_but({{"reportingComponent", "csi-snapshotter csi.example.com"}}),
       "reportingComponent"},
      {"with a time and no reporter", here, modern_but({{"reportingComponent", ""}}),
       "reportingComponent"},
      {"with a time and no instance", here, modern_but({{"reportingInstance", nullptr}}),
       "reportingInstance"},
      {"with a time and no action", here, modern_but({{"action", nullptr}}), "action"},
      {"with a time and a long message", here, modern_but({{"message", std::string(1025, 'a')}}),
       "message"},
      {"without a time and with a long message", here, event({{"message", std::string(1025, 'a')}}),
       ""},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    World world;
    const Answered made =
        world.post("/api/v1/namespaces/" + row.space + "/events", row.event.dump());
    INFO(made.message());
    CHECK(made.code == (row.blamed.empty() ? 201 : 422));
    if (!row.blamed.empty()) CHECK(made.body["details"]["causes"][0]["field"] == row.blamed);
  }
}

TEST_CASE("an event is read with the fields that it always has") {
  World world;
  const Answered made = world.post(events, R"({"metadata":{"name":"a"},"involvedObject":{}})");
  REQUIRE(made.code == 201);
  for (const char* time : {"eventTime", "firstTimestamp", "lastTimestamp"})
    CHECK(made.body.at(time).is_null());
  CHECK(made.body["reportingComponent"] == "");
  CHECK(made.body["source"] == Json::object());
}

TEST_CASE("one more of the same event is a patch of either kind") {
  for (const char* type : {merge, strategic}) {
    INFO(type);
    World world;
    REQUIRE(world.post(events, event().dump()).code == 201);
    const Answered patched = world.ask(
        "PATCH", events + "/content-1.1",
        R"({"count":2,"lastTimestamp":"2025-11-23T12:20:00Z","message":"no space"})", type);
    REQUIRE(patched.code == 200);
    CHECK(patched.body["count"] == 2);
    CHECK(patched.body["firstTimestamp"] == "2025-11-23T12:13:20Z");
    const Answered moved = world.ask("PATCH", events + "/content-1.1",
                                     R"({"involvedObject":{"namespace":"other"}})", type);
    CHECK(moved.code == 422);
  }
}

}  // namespace
}  // namespace devcluster::apiserver
