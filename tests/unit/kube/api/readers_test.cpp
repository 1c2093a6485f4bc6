// Lists through ApiClient, over real sockets.
#include "kube/api/readers.hpp"

#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include "tests/unit/kube/rig.hpp"

namespace kube {
namespace {

using namespace kube::test;
using namespace std::chrono_literals;
using base::ErrorKind;

const std::string collection = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents";

struct Listed {
  base::Result<ListPage> page;
  std::vector<std::string> items;
};

Listed list(Rig& rig, const ListRequest& request = {}) {
  std::vector<std::string> items;
  auto sink = [&](boost::json::value&& item) { items.push_back(serialize(item)); };
  base::Result<ListPage> page = rig.run(rig.client->list(Selection(contents), request, sink));
  return {std::move(page), std::move(items)};
}

std::string expired() {
  return R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","code":410,)"
         R"("message":"too old resource version"})";
}

TEST_CASE("a list is read page by page, and only the token says whether there is more") {
  Rig rig;
  rig.server.then(
      json_reply(200, R"({"metadata":{"resourceVersion":"9","continue":"p2"},"items":[{"n":1}]})"));
  rig.server.then(
      json_reply(200, R"({"metadata":{"resourceVersion":"9","continue":"p=3"},"items":[]})"));
  rig.server.then(
      chunked_reply({R"({"items":[{"n":)", R"(2}],"metadata":{"resourceVersion":"9"}})"}));
  ListRequest request;
  request.limit = 1;
  Listed listed = list(rig, request);
  CHECK(listed.page.value().resource_version == "9");
  CHECK(listed.page.value().items == 1);
  CHECK(listed.items == std::vector<std::string>{R"({"n":1})"});
  request.continue_token = listed.page.value().continue_token;
  listed = list(rig, request);
  CHECK(listed.items.empty());
  request.continue_token = listed.page.value().continue_token;
  listed = list(rig, request);
  CHECK(listed.items == std::vector<std::string>{R"({"n":2})"});
  CHECK(listed.page.value().continue_token.empty());
  CHECK(rig.server.requests()[0].target == collection + "?limit=1");
  CHECK(rig.server.requests()[1].target == collection + "?limit=1&continue=p2");
  CHECK(rig.server.requests()[2].target == collection + "?limit=1&continue=p%3D3");
  CHECK(rig.server.connections() == 1);
}

TEST_CASE("a list not older than a version says so") {
  Rig rig;
  rig.server.then(json_reply(200, R"({"items":null})"));
  Selection selection(contents, "a=b", "spec.driver=d");
  ListRequest request;
  request.resource_version = "7";
  rig.run(rig.client->list(selection, request, [](boost::json::value&&) {})).value();
  CHECK(rig.server.requests().front().target ==
        collection +
            "?resourceVersion=7&resourceVersionMatch=NotOlderThan&labelSelector=a%3Db"
            "&fieldSelector=spec.driver%3Dd");
}

TEST_CASE("a list that fails says how") {
  struct Row {
    const char* sentence;
    Reply reply;
    ErrorKind kind;
    std::string text;
  };
  const std::string doing = "list volumesnapshotcontents.snapshot.storage.k8s.io: ";
  const Row table[] = {
      {"a version or a token that is too old", json_reply(410, expired()), ErrorKind::expired,
       "too old resource version"},
      {"a version that the server has not reached",
       json_reply(504, R"({"kind":"Status","status":"Failure","reason":"Timeout","code":504,)"
                       R"("message":"Too large resource version: 9, current: 8",)"
                       R"("details":{"causes":[{"reason":"ResourceVersionTooLarge"}]}})"),
       ErrorKind::expired, "Too large resource version: 9, current: 8"},
      {"a kind that is not served", text_reply(404, "404 page not found\n"), ErrorKind::not_found,
       "the server answered HTTP 404: 404 page not found; it does not serve "
       "volumesnapshotcontents.snapshot.storage.k8s.io in version v1"},
      {"no permission",
       json_reply(403, R"({"kind":"Status","status":"Failure","reason":"Forbidden","code":403,)"
                       R"("message":"User \"x\" cannot list"})"),
       ErrorKind::forbidden,
       "User \"x\" cannot list; our account needs an RBAC rule with the verb \"list\" on "
       "volumesnapshotcontents.snapshot.storage.k8s.io"},
      {"a body that is none", json_reply(200, R"({"kind":"Status","metadata":{}})"),
       ErrorKind::malformed, "the answer is not a list: it has no items, its kind is \"Status\""},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    Rig rig;
    rig.server.then(row.reply);
    const Listed listed = list(rig);
    CHECK(listed.page.error().kind() == row.kind);
    CHECK(listed.page.error().text() == doing + row.text);
  }
}

TEST_CASE("a list that broke off is read again only while none of it was handed on") {
  Rig rig;
  rig.server.then(chunked_reply({R"({"metadata":{},"items":[)"}, false));
  rig.server.then(chunked_reply({R"({"items":[{"n":1},{"n":)"}, false));
  std::vector<std::string> items;
  auto sink = [&](boost::json::value&& item) { items.push_back(serialize(item)); };
  auto running = rig.start(rig.client->list(Selection(contents), ListRequest(), sink));
  rig.pass(1s);
  const auto page = running.result();
  CHECK(page.error().kind() == ErrorKind::unavailable);
  CHECK(items == std::vector<std::string>{R"({"n":1})"});
  CHECK(rig.server.requests().size() == 2);
}

}  // namespace
}  // namespace kube
