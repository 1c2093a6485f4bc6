#include <catch2/catch.hpp>

#include "tests/unit/devcluster/apiserver_core/world.hpp"

namespace devcluster::apiserver {
namespace {

Reply asked(World& world, const std::string& target, const std::string& accept) {
  Request request;
  request.method = "GET";
  request.target = target;
  request.accept = accept;
  return world.api.handle(request, request_info("GET", target));
}

TEST_CASE("every path that a client looks for answers") {
  struct Row {
    const char* target;
    int code;
  };
  const Row row = GENERATE(values<Row>({
      {"/healthz", 200},
      {"/livez", 200},
      {"/readyz", 200},
      {"/version", 200},
      {"/api", 200},
      {"/apis", 200},
      {"/api/v1", 200},
      {"/apis/example.com", 200},
      {"/apis/example.com/v1", 200},
      {"/apis/example.com/v2", 404},
      {"/apis/nobody.com", 404},
      {"/openapi/v2", 200},
      {"/openapi/v3", 200},
      {"/openapi/v3/api/v1", 200},
      {"/openapi/v3/apis/example.com/v1", 200},
      {"/openapi/v3/apis/example.com/v2", 404},
      {"/api/v1/widgets", 404},
      {"/apis/example.com/v1/namespaces/default/widgets/a/scale", 404},
      {"/api/v1/namespaces/default/namespaces/a", 404},
      {"/", 404},
  }));
  INFO(row.target);
  World world;
  CHECK(world.get(row.target).code == row.code);
}

TEST_CASE("Accept decides in which form objects come") {
  constexpr const char* table_v1 = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
  struct Row {
    const char* accept;
    int code;
    const char* kind;
  };
  const Row row = GENERATE(values<Row>({
      {"", 200, "WidgetList"},
      {"*/*", 200, "WidgetList"},
      {"application/json", 200, "WidgetList"},
      {table_v1, 200, "Table"},
      {"application/json;as=Table;v=v9;g=meta.k8s.io, application/json", 200, "WidgetList"},
      {"application/vnd.kubernetes.protobuf,application/json", 200, "WidgetList"},
      {"application/vnd.kubernetes.protobuf", 406, "Status"},
      {"application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1", 406, "Status"},
  }));
  INFO(row.accept);
  World world;
  const Reply reply = asked(world, widgets, row.accept);
  CHECK(reply.code == row.code);
  CHECK(Json::parse(reply.body)["kind"] == row.kind);
}

TEST_CASE("a table carries the version of the list and the columns of the definition") {
  World world;
  world.widget("a");
  const Reply reply = asked(world, widgets, "application/json;as=Table;v=v1;g=meta.k8s.io");
  const Json table = Json::parse(reply.body);
  CHECK(version_of(table) == std::to_string(world.api.cluster().store().revision()));
  CHECK(table["columnDefinitions"][1]["name"] == "Size");
  CHECK(table["rows"][0]["cells"] == Json({"a", 1}));
}

TEST_CASE("a watch for tables gets one per event") {
  World world;
  world.widget("a");
  const Reply reply =
      asked(world, widgets + "?watch=true", "application/json;as=Table;v=v1;g=meta.k8s.io");
  const Json event = Json::parse(reply.watch->take(1 << 20, {}));
  CHECK(event["type"] == "ADDED");
  CHECK(event["object"]["kind"] == "Table");
  CHECK(event["object"]["rows"][0]["cells"][0] == "a");
}

TEST_CASE("discovery comes aggregated to those who ask for that first") {
  World world;
  const Reply reply = asked(
      world, "/apis",
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json");
  CHECK(reply.content_type ==
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
  CHECK(Json::parse(reply.body)["kind"] == "APIGroupDiscoveryList");
  CHECK(Json::parse(asked(world, "/apis", "application/json").body)["kind"] == "APIGroupList");
}

TEST_CASE("a question for one's rights is answered with yes") {
  World world;
  const Answered answered = world.post(
      "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      R"({"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1","spec":{}})");
  CHECK(answered.code == 201);
  CHECK(answered.body["status"]["allowed"] == true);
}

TEST_CASE("with a token configured, only its bearers come in") {
  Api::Options options;
  options.cluster.now = [] { return std::string("2026-01-02T03:04:05Z"); };
  options.tokens = {"sesame"};
  Api api(std::move(options));
  struct Row {
    const char* target;
    const char* authorization;
    int code;
  };
  const Row row = GENERATE(values<Row>({
      {"/api/v1/namespaces", "Bearer sesame", 200},
      {"/api/v1/namespaces", "Bearer other", 401},
      {"/api/v1/namespaces", "", 401},
      {"/apis", "", 401},
      {"/devcluster/requests", "", 401},
      {"/readyz", "", 200},
      {"/version", "", 200},
  }));
  INFO(row.target << " " << row.authorization);
  Request request;
  request.method = "GET";
  request.target = row.target;
  request.authorization = row.authorization;
  CHECK(api.handle(request, request_info("GET", row.target)).code == row.code);
}

}  // namespace
}  // namespace devcluster::apiserver
