#include <catch2/catch.hpp>

#include "tests/unit/devcluster/apiserver_core/world.hpp"

namespace devcluster::apiserver {
namespace {

const std::string definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

TEST_CASE("a delete without finalizers is done at once and says so") {
  World world;
  const std::string uid = uid_of(world.widget("a").body);
  const Answered deleted = world.ask("DELETE", widgets + "/a");
  CHECK(deleted.code == 200);
  CHECK(deleted.body["status"] == "Success");
  CHECK(deleted.body["details"]["uid"] == uid);
  CHECK(world.get(widgets + "/a").code == 404);
  CHECK(world.ask("DELETE", widgets + "/a").code == 404);
}

TEST_CASE("an object with finalizers goes with the last of them") {
  World world;
  world.widget("a", R"("finalizers":["x/one","x/two"])");
  const Answered deleted = world.ask("DELETE", widgets + "/a");
  CHECK(deleted.code == 200);
  CHECK(deleted.body["metadata"]["deletionTimestamp"] == "2026-01-02T03:04:05Z");
  CHECK(deleted.body["metadata"]["deletionGracePeriodSeconds"] == 0);
  CHECK(deleted.body["metadata"]["generation"] == 2);

  const Revision before = world.api.cluster().store().revision();
  CHECK(world.ask("DELETE", widgets + "/a").code == 200);
  CHECK(world.api.cluster().store().revision() == before);

  CHECK(world.json_patch(widgets + "/a", R"([{"op":"remove","path":"/metadata/finalizers/0"}])")
            .code == 200);
  CHECK(world.get(widgets + "/a").code == 200);
  CHECK(world.merge(widgets + "/a", R"({"metadata":{"finalizers":null}})").code == 200);
  CHECK(world.get(widgets + "/a").code == 404);
}

TEST_CASE("an object being deleted stays so, and takes no new finalizers") {
  World world;
  world.widget("a", R"("finalizers":["x/one"])");
  world.ask("DELETE", widgets + "/a");
  const Answered undeleted =
      world.merge(widgets + "/a", R"({"metadata":{"deletionTimestamp":null}})");
  CHECK(being_deleted(undeleted.body));
  const Answered more =
      world.merge(widgets + "/a", R"({"metadata":{"finalizers":["x/one","x/two"]}})");
  CHECK(more.code == 422);
  CHECK(more.body["details"]["causes"][0]["reason"] == "FieldValueForbidden");
}

TEST_CASE("preconditions protect the object that was not meant") {
  World world;
  const Answered made = world.widget("a");
  struct Row {
    const char* sentence;
    std::string options;
    int code;
  };
  const std::vector<Row> rows = {
      {"another uid", R"({"preconditions":{"uid":"x"}})", 409},
      {"another version", R"({"preconditions":{"resourceVersion":"1"}})", 409},
      {"an unknown policy", R"({"propagationPolicy":"Sideways"})", 400},
      {"no object", R"([])", 400},
      {"the right uid and a policy",
       R"({"propagationPolicy":"Foreground","preconditions":{"uid":")" + uid_of(made.body) +
           R"("}})",
       200},
  };
  for (const Row& row : rows) {
    INFO(row.sentence);
    CHECK(world.ask("DELETE", widgets + "/a", row.options).code == row.code);
  }
}

TEST_CASE("deletecollection takes what is selected") {
  World world;
  world.widget("a", R"("labels":{"x":"y"})");
  world.widget("b");
  world.widget("c", R"("labels":{"x":"y"},"finalizers":["x/one"])");
  const Answered deleted = world.ask("DELETE", widgets + "?labelSelector=x");
  CHECK(deleted.code == 200);
  CHECK(names_in(deleted.body) == "a c");
  CHECK(names_in(world.get(widgets).body) == "b c");
}

TEST_CASE("a namespace takes its contents along, and waits for those with finalizers") {
  World world;
  world.post("/api/v1/namespaces", R"({"metadata":{"name":"ns"}})");
  const std::string there = "/apis/example.com/v1/namespaces/ns/widgets";
  const auto make = [&](const std::string& metadata) {
    return world.post(there, R"({"apiVersion":"example.com/v1","kind":"Widget","metadata":{)" +
                                 metadata + R"(},"spec":{}})");
  };
  make(R"("name":"a")");
  make(R"("name":"b","finalizers":["x/one"])");
  const Answered deleted = world.ask("DELETE", "/api/v1/namespaces/ns");
  CHECK(deleted.body["status"]["phase"] == "Terminating");
  CHECK(names_in(world.get(there).body) == "b");
  const Answered late = make(R"("name":"c")");
  CHECK(late.code == 403);
  CHECK(late.body["details"]["causes"][0]["reason"] == "NamespaceTerminating");
  world.merge(there + "/b", R"({"metadata":{"finalizers":[]}})");
  CHECK(world.get("/api/v1/namespaces/ns").code == 404);
}

TEST_CASE("an empty namespace is gone at once") {
  World world;
  world.post("/api/v1/namespaces", R"({"metadata":{"name":"ns"}})");
  CHECK(world.ask("DELETE", "/api/v1/namespaces/ns").code == 200);
  CHECK(world.get("/api/v1/namespaces/ns").code == 404);
}

TEST_CASE("a definition brings its kind, established, and takes it away with all objects") {
  World world;
  const Answered definition = world.get(definitions + "/widgets.example.com");
  CHECK(definition.body["status"]["acceptedNames"]["kind"] == "Widget");
  world.widget("a", R"("finalizers":["x/one"])");
  const Reply watch = world.watch(widgets + "?watch=true");
  CHECK(events_of(*watch.watch) == "ADDED a");
  CHECK(world.ask("DELETE", definitions + "/widgets.example.com").code == 200);
  CHECK(events_of(*watch.watch) == "DELETED a");
  CHECK(world.get(widgets).code == 404);
}

TEST_CASE("a definition that teaches no kind is refused") {
  World world;
  const Answered answered =
      world.post(definitions,
                 R"({"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
          "metadata":{"name":"wrong.example.com"},
          "spec":{"group":"example.com","scope":"Cluster","names":{"plural":"gadgets","kind":"Gadget"},
                  "versions":[{"name":"v1","served":true,"storage":true,
                               "schema":{"openAPIV3Schema":{"type":"object"}}}]}})");
  CHECK(answered.code == 422);
  CHECK(world.get("/apis/example.com/v1/gadgets").code == 404);
}

}  // namespace
}  // namespace devcluster::apiserver
