// Lists and watches of ApiClient, over real sockets.
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

// A watch under way, with what it has handed on so far.
class Watch {
 public:
  explicit Watch(Rig& rig)
      : running_(rig.io, rig.client->watch(Selection(contents), "7", 240s, sinks())) {}

  base::Result<WatchEnd> result() { return running_.result(); }
  bool over() const { return running_.over(); }
  void cancel() { running_.cancel(); }

  std::string events;
  int opened = 0;

 private:
  Collections::WatchSinks sinks() {
    Collections::WatchSinks sinks;
    sinks.opened = [this] { ++opened; };
    sinks.event = [this](EventType type, boost::json::value&& object) {
      constexpr const char* names[] = {"added", "modified", "deleted", "bookmark"};
      events += names[static_cast<int>(type)] + serialize(object) + " ";
    };
    return sinks;
  }

  Running<base::Result<WatchEnd>> running_;
};

TEST_CASE("a watch asks for bookmarks and its own end, and hands events on") {
  Rig rig;
  rig.server.then(chunked_reply({"{\"type\":\"ADDED\",\"object\":{\"a\":1}}\n{\"type\":\"MODIF",
                                 "IED\",\"object\":{\"a\":2}}\n",
                                 "{\n  \"type\": \"DELETED\",\n  \"object\": {\"a\": 3}\n}\n",
                                 "{\"type\":\"NEWS\",\"object\":{}}",
                                 "{\"type\":\"BOOKMARK\",\"object\":{\"a\":4}}\n{\"type\":"}));
  Watch watch(rig);
  const WatchEnd end = watch.result().value();
  CHECK(end.how == WatchEnd::How::clean);
  CHECK(end.delivered == 4);
  CHECK(watch.opened == 1);
  CHECK(watch.events == R"(added{"a":1} modified{"a":2} deleted{"a":3} bookmark{"a":4} )");
  CHECK_THAT(rig.log, Catch::Contains("type=\"NEWS\""));
  CHECK(rig.server.requests().front().target ==
        collection + "?watch=true&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=240");
}

TEST_CASE("a watch has a connection of its own") {
  Rig rig;
  rig.server.then(json_reply(200, R"({"items":[]})"))
      .then(chunked_reply({}))
      .then(json_reply(200, "{}"));
  list(rig).page.value();
  Watch(rig).result().value();
  rig.run(rig.client->get_path("/version")).value();
  CHECK(rig.server.requests()[0].connection == 1);
  CHECK(rig.server.requests()[1].connection == 2);
  CHECK(rig.server.requests()[2].connection == 1);
}

TEST_CASE("how a watch can end") {
  const auto error_event = [](const std::string& status) {
    return chunked_reply(
        {R"({"type":"ADDED","object":{}}{"type":"ERROR","object":)" + status + "}"});
  };
  struct Row {
    const char* sentence;
    Reply reply;
    WatchEnd::How how;
    ErrorKind kind;
  };
  const std::string added = R"({"type":"ADDED","object":{}})";
  const Row table[] = {
      {"an end inside the body", chunked_reply({added, R"({"type":"ADD)"}, false),
       WatchEnd::How::broken, ErrorKind::unavailable},
      {"an ERROR event that the version is too old", error_event(expired()), WatchEnd::How::refused,
       ErrorKind::expired},
      {"an ERROR event to come back later",
       error_event(R"({"kind":"Status","reason":"TooManyRequests","code":429,"message":"later"})"),
       WatchEnd::How::refused, ErrorKind::throttled},
      {"an ERROR event with a reason that no list names",
       error_event(R"({"kind":"Status","reason":"New","code":500})"), WatchEnd::How::refused,
       ErrorKind::internal},
      {"something that is no JSON", chunked_reply({added, "<html>"}), WatchEnd::How::garbled,
       ErrorKind::malformed},
      {"an event without an object", chunked_reply({added, R"({"type":"ADDED"})"}),
       WatchEnd::How::garbled, ErrorKind::malformed},
      {"an object that is no event", chunked_reply({added, R"({"kind":"Status"})"}),
       WatchEnd::How::garbled, ErrorKind::malformed},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    Rig rig;
    rig.server.then(row.reply);
    const WatchEnd end = Watch(rig).result().value();
    CHECK(end.how == row.how);
    CHECK(end.error.kind() == row.kind);
    CHECK_THAT(end.error.text(),
               Catch::StartsWith("watch volumesnapshotcontents.snapshot.storage.k8s.io: "));
    CHECK(end.delivered == 1);
    CHECK(rig.server.requests().size() == 1);
  }
}

TEST_CASE("how a watch can fail to begin: once, without being tried again here") {
  struct Row {
    const char* sentence;
    Reply reply;
    ErrorKind kind;
    std::optional<std::chrono::milliseconds> retry_after;
  };
  const Row table[] = {
      {"the version is too old", json_reply(410, expired()), ErrorKind::expired, {}},
      {"the server has too much to do", text_reply(429, "later", {"Retry-After: 4"}),
       ErrorKind::throttled, 4s},
      {"the server is shutting down", json_reply(503, "", {"Retry-After: 1"}),
       ErrorKind::unavailable, 1s},
      {"the connection breaks", dropped_reply(), ErrorKind::unavailable, {}},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    Rig rig;
    rig.server.then(row.reply);
    Watch watch(rig);
    const auto end = watch.result();
    CHECK(end.error().kind() == row.kind);
    CHECK(end.error().retry_after() == row.retry_after);
    CHECK(watch.opened == 0);
    CHECK(rig.server.requests().size() == 1);
  }
}

TEST_CASE("a watch on which nothing comes is given up thirty seconds after its time") {
  Rig rig;
  Reply reply = chunked_reply({}, false);
  reply.later = {"1c\r\n{\"type\":\"ADDED\",\"object\":{}}\r\n"};
  reply.then = Reply::Then::silence;
  rig.server.then(reply);
  Watch watch(rig);
  rig.run_until([&] { return watch.opened == 1; });
  rig.clock.advance(100s);
  rig.server.release();
  rig.run_until([&] { return !watch.events.empty(); });  // puts the end off
  rig.clock.advance(270s - 1ns);
  CHECK_FALSE(watch.over());
  rig.clock.advance(1ns);
  const WatchEnd end = watch.result().value();
  CHECK(end.how == WatchEnd::How::broken);
  CHECK(end.error.kind() == ErrorKind::timed_out);
  CHECK(end.error.text() ==
        "watch volumesnapshotcontents.snapshot.storage.k8s.io: nothing came for 270 s");
  CHECK(end.lasted == 370s);
}

TEST_CASE("a cancelled watch is dropped at once") {
  Rig rig;
  Reply reply = chunked_reply({}, false);
  reply.then = Reply::Then::silence;
  rig.server.then(reply);
  Watch watch(rig);
  rig.run_until([&] { return watch.opened == 1; });
  watch.cancel();
  CHECK_THROWS_AS(watch.result(), boost::system::system_error);
}

}  // namespace
}  // namespace kube
