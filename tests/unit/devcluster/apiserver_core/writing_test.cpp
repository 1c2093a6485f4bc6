#include "devcluster/apiserver/verbs.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/devcluster/apiserver_core/world.hpp"

namespace devcluster::apiserver {
namespace {

const Json& meta(const Answered& answered) {
  return answered.body["metadata"];
}

TEST_CASE("a created object gets what only the server gives") {
  World world;
  const Answered made = world.post(widgets, R"({"apiVersion":"example.com/v1","kind":"Widget",
        "metadata":{"name":"a","uid":"mine","generation":7,"creationTimestamp":"2001-01-01T00:00:00Z",
                    "deletionTimestamp":"2001-01-01T00:00:00Z"},
        "spec":{"size":1,"unknown":2},"status":{"ready":true}})");
  REQUIRE(made.code == 201);
  CHECK(meta(made)["uid"] != "mine");
  CHECK(text(meta(made), "uid").size() == 36);
  CHECK(meta(made)["generation"] == 1);
  CHECK(meta(made)["creationTimestamp"] == "2026-01-02T03:04:05Z");
  CHECK(meta(made)["namespace"] == "default");
  CHECK(meta(made)["managedFields"][0]["manager"] == "test");
  CHECK_FALSE(meta(made).contains("deletionTimestamp"));
  CHECK_FALSE(made.body.contains("status"));
  CHECK(made.body["spec"] == Json({{"size", 1}, {"color", "red"}}));
  CHECK(version_of(made.body) == std::to_string(world.api.cluster().store().revision()));
}

TEST_CASE("creations that cannot be are refused") {
  struct Row {
    const char* sentence;
    std::string target;
    const char* body;
    int code;
    const char* reason;
  };
  const std::string head = R"({"apiVersion":"example.com/v1","kind":"Widget",)";
  const std::vector<Row> rows = {
      {"the name is taken", widgets, R"("metadata":{"name":"taken"},"spec":{}})", 409,
       "AlreadyExists"},
      {"no name", widgets, R"("spec":{}})", 422, "Invalid"},
      {"a name in capitals", widgets, R"("metadata":{"name":"A"},"spec":{}})", 422, "Invalid"},
      {"a required field is missing", widgets, R"("metadata":{"name":"a"}})", 422, "Invalid"},
      {"a value out of the list", widgets, R"("metadata":{"name":"a"},"spec":{"color":"x"}})", 422,
       "Invalid"},
      {"a label that is a number", widgets,
       R"("metadata":{"name":"a","labels":{"x":1}},"spec":{}})", 400, "BadRequest"},
      {"the namespace of the body is another", widgets,
       R"("metadata":{"name":"a","namespace":"other"},"spec":{}})", 400, "BadRequest"},
      {"a version on a new object", widgets,
       R"("metadata":{"name":"a","resourceVersion":"5"},"spec":{}})", 500, ""},
      {"the namespace does not exist", "/apis/example.com/v1/namespaces/nowhere/widgets",
       R"("metadata":{"name":"a"},"spec":{}})", 404, "NotFound"},
      {"no namespace at all", "/apis/example.com/v1/widgets",
       R"("metadata":{"name":"a"},"spec":{}})", 405, "MethodNotAllowed"},
      {"an unknown field under Strict", widgets + "?fieldValidation=Strict",
       R"("metadata":{"name":"a"},"spec":{"sice":1}})", 400, "BadRequest"},
      {"an unknown dryRun", widgets + "?dryRun=Some", R"("metadata":{"name":"a"},"spec":{}})", 400,
       "BadRequest"},
  };
  for (const Row& row : rows) {
    INFO(row.sentence);
    World world;
    world.widget("taken");
    const Revision before = world.api.cluster().store().revision();
    const Answered answered = world.post(row.target, head + row.body);
    CHECK(answered.code == row.code);
    CHECK(answered.reason() == row.reason);
    CHECK(answered.body["kind"] == "Status");
    CHECK(world.api.cluster().store().revision() == before);
  }
}

TEST_CASE("bodies that cannot be read are told apart") {
  struct Row {
    const char* sentence;
    std::string body;
    const char* type;
    int code;
  };
  const std::vector<Row> rows = {
      {"no JSON", "{", "", 400},
      {"a list", "[]", "", 400},
      {"another kind", R"({"apiVersion":"example.com/v1","kind":"Gadget"})", "", 400},
      {"another version", R"({"apiVersion":"example.com/v2","kind":"Widget"})", "", 400},
      {"no kind", R"({"apiVersion":"example.com/v1"})", "", 400},
      {"a bottomless nest", std::string(100000, '['), "", 400},
      {"a form", "a=b", "application/x-www-form-urlencoded", 415},
      {"unreadable protobuf", "k8s", "application/vnd.kubernetes.protobuf", 415},
      {"two YAML documents", "a: 1\n---\nb: 2\n", "application/yaml", 400},
  };
  World world;
  for (const Row& row : rows) {
    INFO(row.sentence);
    CHECK(world.ask("POST", widgets, row.body, row.type).code == row.code);
  }
}

TEST_CASE("a YAML body is as good as JSON") {
  World world;
  const Answered made = world.ask("POST", widgets,
                                  "apiVersion: example.com/v1\nkind: Widget\n"
                                  "metadata: {name: a}\nspec: {size: 3}\n",
                                  "application/yaml");
  CHECK(made.code == 201);
  CHECK(made.body["spec"]["size"] == 3);
}

TEST_CASE("generateName makes a fresh name") {
  World world;
  const std::string body =
      R"({"apiVersion":"example.com/v1","kind":"Widget","metadata":{"generateName":"w-"},"spec":{}})";
  const std::string first = name_of(world.post(widgets, body).body);
  const std::string second = name_of(world.post(widgets, body).body);
  CHECK(first.starts_with("w-"));
  CHECK(first.size() == 7);
  CHECK(first != second);
}

TEST_CASE("unknown fields are dropped with a warning, or silently under Ignore") {
  World world;
  const std::string spec = R"({"sice":1})";
  const Answered warned = world.widget("a", "", spec);
  REQUIRE(warned.headers.size() == 1);
  CHECK(warned.headers[0].first == "Warning");
  CHECK(warned.headers[0].second == R"(299 - "unknown field \"spec.sice\"")");
  const Answered ignored = world.ask("PUT", widgets + "/a?fieldValidation=Ignore", [&] {
    Json body = warned.body;
    body["spec"]["sice"] = 2;
    return body.dump();
  }());
  CHECK(ignored.code == 200);
  CHECK(ignored.headers.empty());
}

TEST_CASE("a dry run does everything but store") {
  World world;
  world.widget("a");
  const Revision before = world.api.cluster().store().revision();
  const Answered made = world.post(
      widgets + "?dryRun=All",
      R"({"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"b"},"spec":{}})");
  CHECK(made.code == 201);
  CHECK(world.merge(widgets + "/a?dryRun=All", R"({"spec":{"size":9}})").body["spec"]["size"] == 9);
  CHECK(world.ask("DELETE", widgets + "/a?dryRun=All").code == 200);
  CHECK(world.ask("DELETE", widgets + "/a", R"({"dryRun":["All"]})").code == 200);
  CHECK(names_in(world.get(widgets).body) == "a");
  CHECK(world.api.cluster().store().revision() == before);
}

TEST_CASE("generation counts changes of the spec only") {
  World world;
  world.widget("a");
  CHECK(meta(world.merge(widgets + "/a", R"({"metadata":{"labels":{"x":"y"}}})"))["generation"] ==
        1);
  CHECK(meta(world.merge(widgets + "/a/status", R"({"status":{"ready":true}})"))["generation"] ==
        1);
  CHECK(meta(world.merge(widgets + "/a", R"({"spec":{"size":2}})"))["generation"] == 2);
}

TEST_CASE("a write that changes nothing is no write") {
  World world;
  const Answered made = world.widget("a");
  const Revision before = world.api.cluster().store().revision();
  CHECK(world.merge(widgets + "/a", R"({"spec":{"size":1}})").body == made.body);
  CHECK(world.json_patch(widgets + "/a", R"([{"op":"test","path":"/spec/size","value":1}])").code ==
        200);
  CHECK(world.ask("PUT", widgets + "/a", made.body.dump()).body == made.body);
  CHECK(world.merge(widgets + "/a", R"({"metadata":{"labels":{}}})").code == 200);
  CHECK(world.api.cluster().store().revision() == before);
}

TEST_CASE("each door of the status subresource changes its own half") {
  World world;
  world.widget("a");
  const Answered through_main =
      world.merge(widgets + "/a", R"({"spec":{"size":2},"status":{"ready":true}})");
  CHECK(through_main.body["spec"]["size"] == 2);
  CHECK_FALSE(through_main.body.contains("status"));
  const Answered through_status = world.merge(
      widgets + "/a/status",
      R"({"spec":{"size":3},"metadata":{"labels":{"x":"y"},"finalizers":["f/f"]},"status":{"ready":true}})");
  CHECK(through_status.code == 200);
  CHECK(through_status.body["status"]["ready"] == true);
  CHECK(through_status.body["spec"]["size"] == 2);
  CHECK_FALSE(meta(through_status).contains("labels"));
  CHECK_FALSE(meta(through_status).contains("finalizers"));
  CHECK(world
            .json_patch(widgets + "/a/status",
                        R"([{"op":"replace","path":"/status","value":{"ready":false}}])")
            .body["status"]["ready"] == false);
}

TEST_CASE("of two writers with the same version the second is told so") {
  World world;
  const Answered read = world.widget("a");
  Json mine = read.body;
  mine["spec"]["size"] = 2;
  CHECK(world.ask("PUT", widgets + "/a", mine.dump()).code == 200);
  mine["spec"]["size"] = 3;
  const Answered late = world.ask("PUT", widgets + "/a", mine.dump());
  CHECK(late.code == 409);
  CHECK(late.reason() == "Conflict");
  CHECK(late.message() ==
        "Operation cannot be fulfilled on widgets.example.com \"a\": the object has been modified; "
        "please apply your changes to the latest version and try again");
  const std::string stale =
      R"({"metadata":{"resourceVersion":")" + version_of(read.body) + R"("},)";
  CHECK(world.merge(widgets + "/a", stale + R"("spec":{"size":4}})").code == 409);
  CHECK(world.merge(widgets + "/a/status", stale + R"("status":{"ready":true}})").code == 409);
}

TEST_CASE("a PUT without a version is for kinds that allow it") {
  World world;
  Json widget = world.widget("a").body;
  widget["metadata"].erase("resourceVersion");
  const Answered refused_one = world.ask("PUT", widgets + "/a", widget.dump());
  CHECK(refused_one.code == 422);
  CHECK(refused_one.body["details"]["causes"][0]["field"] == "metadata.resourceVersion");
  const std::string secrets = "/api/v1/namespaces/default/secrets";
  world.post(secrets, R"({"metadata":{"name":"s"}})");
  CHECK(world.ask("PUT", secrets + "/s", R"({"metadata":{"name":"s"},"data":{"a":"YQ=="}})").code ==
        200);
}

TEST_CASE("a PUT creates leases, and nothing else of ours") {
  World world;
  const std::string lease = "/apis/coordination.k8s.io/v1/namespaces/default/leases/l";
  CHECK(world.ask("PUT", lease, R"({"metadata":{"name":"l"},"spec":{}})").code == 201);
  CHECK(world
            .ask("PUT", widgets + "/a",
                 R"({"apiVersion":"example.com/v1","kind":"Widget","spec":{}})")
            .code == 404);
}

// The same uid in a patch of /status goes unnoticed on a real server too: there the strategy of
// custom resources puts the old metadata back before anything is compared.
TEST_CASE("a uid in a write means that very object") {
  World world;
  Json other = world.widget("a").body;
  other["metadata"]["uid"] = "somebody-else";
  const Answered put = world.ask("PUT", widgets + "/a", other.dump());
  CHECK(put.code == 409);
  CHECK(put.message().find("Precondition failed: UID in precondition: somebody-else") !=
        std::string::npos);
  const Answered patch = world.merge(widgets + "/a", R"({"metadata":{"uid":"somebody-else"}})");
  CHECK(patch.code == 422);
  CHECK(patch.body["details"]["causes"][0]["field"] == "metadata.uid");
  CHECK(world.merge(widgets + "/a/status", R"({"metadata":{"uid":"x"},"status":{"ready":true}})")
            .code == 200);
  CHECK(world
            .json_patch(widgets + "/a/status",
                        R"([{"op":"test","path":"/metadata/uid","value":"x"}])")
            .code == 422);
}

TEST_CASE("patch types are told by Content-Type") {
  World world;
  world.widget("a");
  world.post("/api/v1/namespaces/default/secrets", R"({"metadata":{"name":"s"}})");
  struct Row {
    const char* sentence;
    std::string target;
    const char* type;
    int code;
  };
  const std::string secret = "/api/v1/namespaces/default/secrets/s";
  const std::vector<Row> rows = {
      {"merge", widgets + "/a", "application/merge-patch+json", 200},
      {"with parameters", widgets + "/a", "application/merge-patch+json; charset=utf-8", 200},
      {"strategic on a built-in kind", secret, "application/strategic-merge-patch+json", 200},
      {"strategic on a custom kind", widgets + "/a", "application/strategic-merge-patch+json", 415},
      {"apply", widgets + "/a?fieldManager=me", "application/apply-patch+yaml", 415},
      {"plain JSON", widgets + "/a", "application/json", 415},
      {"an object as JSON patch", widgets + "/a", "application/json-patch+json", 400},
      {"what is not there", widgets + "/z", "application/merge-patch+json", 404},
  };
  for (const Row& row : rows) {
    INFO(row.sentence);
    CHECK(world.ask("PATCH", row.target, R"({"metadata":{"labels":{"x":"y"}}})", row.type).code ==
          row.code);
  }
}

TEST_CASE("an unknown field in a patch is an invalid patch under Strict") {
  World world;
  world.widget("a");
  const Answered answered =
      world.merge(widgets + "/a?fieldValidation=Strict", R"({"spec":{"sice":1}})");
  CHECK(answered.code == 422);
  CHECK(answered.body["details"]["causes"][0]["field"] == "patch");
}

TEST_CASE("managedFields tell who changed what") {
  World world;
  world.widget("a");
  const Answered changed =
      world.merge(widgets + "/a/status?fieldManager=sidecar", R"({"status":{"ready":true}})");
  const Json& entries = meta(changed)["managedFields"];
  REQUIRE(entries.size() == 2);
  CHECK(entries[1]["manager"] == "sidecar");
  CHECK(entries[1]["subresource"] == "status");
  CHECK(entries[1]["fieldsV1"] == Json::parse(R"({"f:status":{"f:ready":{}}})"));
}

}  // namespace
}  // namespace devcluster::apiserver
