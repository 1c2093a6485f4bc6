// One object seen through several versions of its kind, with the conversion strategy "None".

#include "devcluster/apiserver/rendering.hpp"

#include <stdexcept>

#include <catch2/catch.hpp>

#include "devcluster/apiserver/yaml.hpp"
#include "tests/unit/devcluster/apiserver_core/world.hpp"

namespace devcluster::apiserver {
namespace {

// v1beta2 is kept. v1 has the same fields; v1beta1 has `pairs` where they have `members`.
const char* const group_definition = R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: groups.example.com}
spec:
  group: example.com
  scope: Cluster
  names: {plural: groups, kind: Group}
  versions:
  - {name: v1, served: true, storage: false, subresources: {status: {}}, schema: {openAPIV3Schema: {
      type: object, properties: {spec: {type: object, properties: {size: {type: integer}}},
        status: {type: object, properties: {members: {type: integer}}}}}}}
  - {name: v1beta2, served: true, storage: true, subresources: {status: {}}, schema: {openAPIV3Schema: {
      type: object, properties: {spec: {type: object, properties: {size: {type: integer}}},
        status: {type: object, properties: {members: {type: integer}}}}}}}
  - {name: v1beta1, served: true, storage: false, deprecated: true, subresources: {status: {}},
      schema: {openAPIV3Schema: {
        type: object, properties: {spec: {type: object, properties: {size: {type: integer}}},
          status: {type: object, properties: {pairs: {type: integer}}}}}}}
)";

std::string at(const std::string& version, const std::string& name = {}) {
  return "/apis/example.com/" + version + "/groups" + (name.empty() ? "" : "/" + name);
}

// Serves groups, of which there is one, "a", with its status set through v1.
class GroupWorld : public World {
 public:
  GroupWorld() {
    const Json definition = parse_yaml(group_definition)->front();
    must(post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition.dump()));
    must(post(at("v1"), R"({"apiVersion":"example.com/v1","kind":"Group","metadata":{"name":"a"},
                            "spec":{"size":1}})"));
    must(merge(at("v1", "a/status"), R"({"status":{"members":2}})"));
  }

 private:
  static void must(const Answered& answered) {
    if (answered.code >= 300) throw std::logic_error(answered.message());
  }
};

}  // namespace

TEST_CASE("an object is shown in the version that was asked for, with the fields it knows") {
  struct Row {
    const char* version;
    Json status;
  };
  const Row row = GENERATE(values<Row>({
      {"v1", {{"members", 2}}},
      {"v1beta2", {{"members", 2}}},
      {"v1beta1", Json::object()},
  }));
  GroupWorld world;
  INFO(row.version);
  const std::string api_version = std::string("example.com/") + row.version;
  const Json one = world.get(at(row.version, "a")).body;
  CHECK(one["apiVersion"] == api_version);
  CHECK(one["spec"]["size"] == 1);
  CHECK(one["status"] == row.status);
  CHECK(one["metadata"]["resourceVersion"] ==
        world.get(at("v1", "a")).body["metadata"]["resourceVersion"]);

  const Json all = world.get(at(row.version)).body;
  CHECK(all["apiVersion"] == api_version);
  CHECK(all["items"] == Json::array({one}));

  const Reply watch = world.watch(at(row.version) + "?watch=1");
  const Json event = Json::parse(watch.watch->take(1 << 20, {}));
  CHECK(event["object"] == one);
}

TEST_CASE("what is written through one version is seen through the others") {
  GroupWorld world;
  const Reply watch =
      world.watch(at("v1") + "?watch=1&resourceVersion=" +
                  world.get(at("v1")).body["metadata"]["resourceVersion"].get<std::string>());
  REQUIRE(world.merge(at("v1beta2", "a"), R"({"spec":{"size":5}})").code == 200);
  CHECK(world.get(at("v1", "a")).body["spec"]["size"] == 5);
  CHECK(world.get(at("v1", "a")).body["status"]["members"] == 2);
  REQUIRE(world.ask("DELETE", at("v1beta1", "a")).code == 200);
  CHECK(world.get(at("v1", "a")).code == 404);
  CHECK(events_of(*watch.watch) == "MODIFIED a, DELETED a");
}

TEST_CASE("a field that the kept version does not know is not kept") {
  GroupWorld world;
  REQUIRE(world.merge(at("v1beta1", "a/status"), R"({"status":{"pairs":3}})").code == 200);
  CHECK(world.get(at("v1beta1", "a")).body["status"] == Json::object());
}

TEST_CASE("a write through an old version drops what that version does not know") {
  GroupWorld world;
  REQUIRE(world.merge(at("v1beta1", "a"), R"({"spec":{"size":7}})").code == 200);
  CHECK(world.get(at("v1", "a")).body["status"] == Json::object());
}

TEST_CASE("a write through an old version that changes nothing writes nothing") {
  GroupWorld world;
  REQUIRE(world.merge(at("v1beta1", "a"), R"({"spec":{"size":1}})").code == 200);
  CHECK(world.get(at("v1", "a")).body["status"]["members"] == 2);
}

TEST_CASE("an object in another version than its path is refused") {
  GroupWorld world;
  const Answered answered =
      world.post(at("v1"), R"({"apiVersion":"example.com/v1beta2","kind":"Group",
                              "metadata":{"name":"b"},"spec":{}})");
  CHECK(answered.code == 400);
  CHECK_THAT(answered.message(), Catch::Contains("example.com/v1beta2"));
}

TEST_CASE("who asks for a deprecated version is warned") {
  GroupWorld world;
  const std::string version = GENERATE("v1", "v1beta2", "v1beta1");
  const auto headers = world.get(at(version)).headers;
  const std::vector<std::pair<std::string, std::string>> warned{
      {"Warning", "299 - \"example.com/v1beta1 Group is deprecated\""}};
  CHECK((version == "v1beta1" ? headers == warned : headers.empty()));
}

}  // namespace devcluster::apiserver
