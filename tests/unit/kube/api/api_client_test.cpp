#include "kube/api/api_client.hpp"

#include <catch2/catch.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "tests/unit/kube/rig.hpp"

namespace kube {
namespace {

namespace json = boost::json;
using namespace kube::test;
using namespace std::chrono_literals;
using base::ErrorKind;

const ObjectPath content_a(contents, "", "a");
const std::string path_a = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents/a";

const char* const not_found =
    R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404,)"
    R"("details":{"name":"a","kind":"volumesnapshotcontents"},)"
    R"("message":"volumesnapshotcontents \"a\" not found"})";
const char* const conflict =
    R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Conflict","code":409,)"
    R"("message":"Precondition failed"})";

TEST_CASE("get answers with the object, over a connection that is kept") {
  Rig rig;
  rig.server.then(json_reply(200, R"({"metadata":{"name":"a"}})"));
  rig.server.then(json_reply(200, R"({"metadata":{"name":"a","uid":"u"}})"));
  CHECK(rig.run(rig.client->get(content_a)).value() == json::parse(R"({"metadata":{"name":"a"}})"));
  CHECK(rig.run(rig.client->get(content_a)).has_value());
  CHECK(rig.server.connections() == 1);
  const SeenRequest& seen = rig.server.requests().front();
  CHECK(seen.method + " " + seen.target == "GET " + path_a);
  CHECK(seen.headers == "host: 127.0.0.1:" + std::to_string(rig.server.port()) +
                            "\nuser-agent: csi-snapshotter/unknown (linux/amd64) kubernetes/none"
                            "\naccept: application/json\n");
}

TEST_CASE("a patch says what it is and answers with the object after it") {
  Rig rig;
  rig.server.then(json_reply(200, R"({"status":{}})")).then(json_reply(200, "{}"));
  const auto merged = rig.run(rig.client->patch(ObjectPath(contents, "", "a", "status"),
                                                Patch::merge(json::object{{"status", nullptr}})));
  CHECK(merged.value() == json::parse(R"({"status":{}})"));
  CHECK(rig.run(rig.client->patch(content_a, Patch::json(json::array{}))).has_value());
  const auto& requests = rig.server.requests();
  CHECK(requests[0].method + " " + requests[0].target == "PATCH " + path_a + "/status");
  CHECK(requests[0].body == R"({"status":null})");
  CHECK_THAT(requests[0].headers, Catch::Contains("content-type: application/merge-patch+json\n"));
  CHECK(requests[1].body == "[]");
  CHECK_THAT(requests[1].headers, Catch::Contains("content-type: application/json-patch+json\n"));
}

TEST_CASE("replace puts the whole object in the place of the version that it names") {
  Rig rig;
  rig.server.then(json_reply(200, R"({"metadata":{"resourceVersion":"8"}})"));
  rig.server.then(json_reply(409, conflict));
  const ObjectPath lease(Resource{"coordination.k8s.io", "v1", "leases"}, "default", "l");
  const json::value object = json::parse(R"({"metadata":{"resourceVersion":"7"}})");
  CHECK(rig.run(rig.client->replace(lease, object)).value() ==
        json::parse(R"({"metadata":{"resourceVersion":"8"}})"));
  const auto late = rig.run(rig.client->replace(lease, object));
  CHECK(late.error().kind() == ErrorKind::conflict);
  CHECK_THAT(late.error().text(), Catch::StartsWith("update leases/default/l: "));
  const SeenRequest& seen = rig.server.requests().front();
  CHECK(seen.method + " " + seen.target ==
        "PUT /apis/coordination.k8s.io/v1/namespaces/default/leases/l");
  CHECK(seen.body == R"({"metadata":{"resourceVersion":"7"}})");
  CHECK_THAT(seen.headers, Catch::Contains("content-type: application/json\n"));
  CHECK(rig.run(rig.client->replace(ObjectPath(contents, "", ""), object)).has_error());
}

TEST_CASE("a selection may be of one namespace") {
  Rig rig;
  rig.server.then(json_reply(200, R"({"items":[]})")).then(chunked_reply({}));
  Selection selection(Resource{"coordination.k8s.io", "v1", "leases"}, "", "metadata.name=l");
  selection.space = "default";
  rig.run(rig.client->list(selection, ListRequest(), [](json::value&&) {})).value();
  rig.run(rig.client->watch(selection, "1", 10s, {})).value();
  for (const SeenRequest& seen : rig.server.requests())
    CHECK_THAT(seen.target,
               Catch::StartsWith("/apis/coordination.k8s.io/v1/namespaces/default/leases?"));
}

TEST_CASE("create posts to the collection") {
  Rig rig;
  rig.server.then(json_reply(201, R"({"metadata":{"uid":"u"}})"));
  const ObjectPath events(Resource{"", "v1", "events"}, "default", "");
  CHECK(rig.run(rig.client->create(events, json::object{{"kind", "Event"}})).has_value());
  const SeenRequest& seen = rig.server.requests().front();
  CHECK(seen.method + " " + seen.target == "POST /api/v1/namespaces/default/events");
  CHECK(seen.body == R"({"kind":"Event"})");
}

TEST_CASE("an object is deleted by its uid") {
  struct Row {
    const char* sentence;
    std::string uid;
    std::vector<Reply> replies;
    std::optional<ErrorKind> error;
  };
  const Row table[] = {
      {"a deletion that was accepted", "u", {json_reply(200, R"({"status":"Success"})")}, {}},
      {"an object that is gone counts as deleted", "u", {json_reply(404, not_found)}, {}},
      {"so does one whose name another object has",
       "u",
       {json_reply(409, conflict), json_reply(200, R"({"metadata":{"uid":"other"}})")},
       {}},
      {"or had until just now", "u", {json_reply(409, conflict), json_reply(404, not_found)}, {}},
      {"a conflict about something else is one",
       "u",
       {json_reply(409, conflict), json_reply(200, R"({"metadata":{"uid":"u"}})")},
       ErrorKind::conflict},
      {"without a uid there is nothing to look up",
       "",
       {json_reply(409, conflict)},
       ErrorKind::conflict},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    Rig rig;
    for (const Reply& reply : row.replies) rig.server.then(reply);
    const auto removed = rig.run(rig.client->remove(content_a, row.uid));
    CHECK(removed.has_value() == !row.error.has_value());
    if (row.error) CHECK(removed.error().kind() == *row.error);
    const auto& requests = rig.server.requests();
    CHECK(requests.size() == row.replies.size());
    CHECK(requests.front().method + " " + requests.front().target == "DELETE " + path_a);
    const std::string with_uid = R"(,"preconditions":{"uid":"u"})";
    CHECK(requests.front().body ==
          R"({"apiVersion":"v1","kind":"DeleteOptions")" + (row.uid.empty() ? "" : with_uid) + "}");
  }
}

TEST_CASE("a name that would lead elsewhere never reaches the server") {
  Rig rig;
  const auto refused = rig.run(rig.client->get(ObjectPath(contents, "", "..")));
  CHECK(refused.error().kind() == ErrorKind::invalid);
  CHECK(refused.error().text() ==
        "get volumesnapshotcontents/..: \"..\" cannot be part of an API path");
  CHECK(rig.run(rig.client->remove(ObjectPath(contents, "", ""), "")).has_error());
  CHECK(rig.run(rig.client->create(content_a, json::object())).has_error());
  CHECK(rig.server.connections() == 0);
}

TEST_CASE("the path in the server's URL stands in front of every request") {
  Rig rig([](ClusterConfig& config, ClientOptions&) { config.server.prefix = "/k8s/c-1"; });
  rig.server.then(json_reply(200, "{}")).then(json_reply(200, R"({"items":[]})"));
  rig.server.then(chunked_reply({})).then(json_reply(200, "{}"));
  rig.run(rig.client->get(content_a)).value();
  rig.run(rig.client->list(Selection(contents), ListRequest(), [](json::value&&) {})).value();
  rig.run(rig.client->watch(Selection(contents), "1", 10s, {})).value();
  rig.run(rig.client->get_path("/version")).value();
  for (const SeenRequest& seen : rig.server.requests())
    CHECK_THAT(seen.target, Catch::StartsWith("/k8s/c-1/"));
  CHECK(rig.server.requests().back().target == "/k8s/c-1/version");
}

TEST_CASE("what comes back instead of an object is an error") {
  struct Row {
    const char* sentence;
    Reply reply;
    ErrorKind kind;
    std::string text;
  };
  const std::string doing = "get volumesnapshotcontents/a: ";
  const Row table[] = {
      {"a Status", json_reply(404, not_found), ErrorKind::not_found,
       doing + "volumesnapshotcontents \"a\" not found"},
      {"a 404 that names no object is no proof that it is gone",
       text_reply(404, "default backend - 404"), ErrorKind::unavailable,
       doing + "the server answered HTTP 404: default backend - 404; it does not serve "
               "volumesnapshotcontents.snapshot.storage.k8s.io in version v1"},
      {"a success that says it is none",
       json_reply(200, R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":"no",)"
                       R"("reason":"Forbidden"})"),
       ErrorKind::forbidden,
       doing + "no; our account needs an RBAC rule with the verb \"get\" on "
               "volumesnapshotcontents.snapshot.storage.k8s.io"},
      {"nothing", json_reply(200, ""), ErrorKind::malformed,
       doing + "the answer is not a JSON object: it is empty"},
      {"half an object", json_reply(200, "{\"a\":"), ErrorKind::malformed,
       doing + "the answer is not a JSON object: incomplete JSON"},
      {"a list of numbers", json_reply(200, "[1]"), ErrorKind::malformed,
       doing + "the answer is not a JSON object: it is something else"},
      {"a text page of a proxy", text_reply(502, "bad\ngateway\n"), ErrorKind::internal,
       doing + "the server answered HTTP 502: bad gateway"},
      {"no body at all", json_reply(500, ""), ErrorKind::internal,
       doing + "the server answered HTTP 500"},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    Rig rig;
    rig.server.then(row.reply);
    const auto got = rig.run(rig.client->get(content_a));
    REQUIRE(got.has_error());
    CHECK(got.error().kind() == row.kind);
    CHECK(got.error().text() == row.text);
    CHECK(rig.server.requests().size() == 1);
  }
}

TEST_CASE("a server that is not there is named, with where its address came from") {
  unsigned short port = 0;
  {
    boost::asio::io_context io;
    port = ScriptedServer(io).port();  // free again at once
  }
  Rig rig(
      [&](ClusterConfig& config, ClientOptions&) { config.server.port = std::to_string(port); });
  const auto got = rig.run(rig.client->get(content_a));
  CHECK(got.error().kind() == ErrorKind::unavailable);
  CHECK(got.error().text() ==
        "get volumesnapshotcontents/a: cannot reach the API server 127.0.0.1:" +
            std::to_string(port) + " of the test configuration: Connection refused");
}

TEST_CASE("a cancelled request is dropped at once") {
  Rig rig;
  rig.server.then(silent_reply());
  auto request = rig.start(rig.client->get(content_a));
  rig.run_until([&] { return rig.server.requests().size() == 1; });
  request.cancel();
  CHECK_THROWS_AS(request.result(), boost::system::system_error);
}

TEST_CASE("every request that is sent is told, retries and failures too") {
  std::vector<SentRequest> sent;
  const auto note = [&](ClusterConfig&, ClientOptions& options) {
    options.on_request = [&](const SentRequest& request) { sent.push_back(request); };
  };
  Rig rig(note);
  rig.server.then(json_reply(503, "{}", {"Retry-After: 1"})).then(json_reply(200, "{}"));
  rig.server.then(json_reply(404, not_found)).then(dropped_reply());
  auto patched = rig.start(rig.client->patch(content_a, Patch::merge({})));
  rig.pass(1s);
  CHECK(patched.result().has_value());
  CHECK(!rig.run(rig.client->get(content_a)));
  CHECK(!rig.run(rig.client->create(ObjectPath(contents, "", ""), json::object())));
  struct Row {
    const char* verb;
    int status;
  };
  const Row table[] = {{"patch", 503}, {"patch", 200}, {"get", 404}, {"create", 0}};
  REQUIRE(sent.size() == std::size(table));
  for (std::size_t n = 0; n < sent.size(); ++n) {
    INFO(n);
    CHECK(sent[n].verb == table[n].verb);
    CHECK(sent[n].resource == "volumesnapshotcontents");
    CHECK(sent[n].status == table[n].status);
  }
}

}  // namespace
}  // namespace kube
