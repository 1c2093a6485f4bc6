#include "devcluster/apiserver/faults.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/devcluster/apiserver_core/world.hpp"

namespace devcluster::apiserver {
namespace {

using namespace std::chrono_literals;

struct Scene {
  Store store;
  int woken = 0;
  Faults faults{store, [this] { ++woken; }};
  RequestInfo patch = request_info("PATCH", widgets + "/a/status");
};

Fault patch_fault(Fault::Deed deed) {
  Fault fault;
  fault.verb = "patch";
  fault.resource = "widgets";
  fault.deed = deed;
  return fault;
}

TEST_CASE("a fault strikes the requests that it names") {
  struct Row {
    const char* sentence;
    const char* verb;
    const char* resource;
    const char* name;
    const char* subresource;
    bool strikes;
  };
  const Row row = GENERATE(values<Row>({
      {"everything", "", "", "", "", true},
      {"the verb", "patch", "", "", "", true},
      {"another verb", "get", "", "", "", false},
      {"the resource", "", "widgets", "", "", true},
      {"another resource", "", "secrets", "", "", false},
      {"the name", "", "", "a", "", true},
      {"another name", "", "", "b", "", false},
      {"the subresource", "", "", "", "status", true},
      {"no subresource", "", "", "", "-", false},
      {"a star", "*", "*", "*", "*", true},
  }));
  INFO(row.sentence);
  Scene scene;
  Fault fault;
  fault.verb = row.verb;
  fault.resource = row.resource;
  fault.name = row.name;
  fault.subresource = row.subresource;
  CHECK(matches(fault, scene.patch) == row.strikes);
}

TEST_CASE("no fault strikes what is no resource, so that faults can always be removed") {
  CHECK_FALSE(matches(Fault(), request_info("DELETE", "/devcluster/faults")));
}

TEST_CASE("a fault strikes as often as it says, after letting some pass") {
  Scene scene;
  Fault fault = patch_fault(Fault::Deed::drop);
  fault.skip = 1;
  fault.count = 2;
  scene.faults.add(fault);
  std::string struck;
  for (int i = 0; i < 5; ++i) struck += scene.faults.strike(scene.patch).drop ? "x" : ".";
  CHECK(struck == ".xx..");
  CHECK(scene.faults.active().empty());
}

TEST_CASE("without a count a fault stays until it is removed") {
  Scene scene;
  const Faults::Id id = scene.faults.add(patch_fault(Fault::Deed::lose_reply));
  for (int i = 0; i < 3; ++i) CHECK(scene.faults.strike(scene.patch).lose_reply);
  scene.faults.remove(id);
  CHECK_FALSE(scene.faults.strike(scene.patch).lose_reply);
}

TEST_CASE("several faults add up, the longest delay counts") {
  Scene scene;
  Fault slow = patch_fault(Fault::Deed::delay);
  slow.delay = 20ms;
  Fault answer = patch_fault(Fault::Deed::answer);
  answer.code = 503;
  answer.delay = 10ms;
  scene.faults.add(slow);
  scene.faults.add(answer);
  const Strike strike = scene.faults.strike(scene.patch);
  CHECK(strike.delay == 20ms);
  REQUIRE(strike.answer);
  CHECK(strike.answer->code == 503);
}

TEST_CASE("an answer is a Status with the reason of its code, or plain text") {
  struct Row {
    int code;
    const char* reason;
  };
  const Row row = GENERATE(values<Row>({{403, "Forbidden"},
                                        {409, "Conflict"},
                                        {429, "TooManyRequests"},
                                        {500, "InternalError"},
                                        {502, "InternalError"},
                                        {503, "ServiceUnavailable"},
                                        {504, "Timeout"}}));
  Scene scene;
  Fault fault = patch_fault(Fault::Deed::answer);
  fault.code = row.code;
  const Json status = Json::parse(reply_of(fault, scene.patch).body);
  CHECK(status["code"] == row.code);
  CHECK(status["reason"] == row.reason);
  CHECK(status["details"]["name"] == "a");
}

TEST_CASE("a throttled request looks as priority and fairness makes it") {
  Scene scene;
  Fault fault = patch_fault(Fault::Deed::answer);
  fault.code = 429;
  fault.retry_after_seconds = 3;
  fault.plain_text = "Too many requests, please try again later.";
  const Reply reply = reply_of(fault, scene.patch);
  CHECK(reply.code == 429);
  CHECK(reply.body == "Too many requests, please try again later.");
  CHECK(reply.content_type.starts_with("text/plain"));
  REQUIRE(reply.headers.size() == 1);
  CHECK(reply.headers[0].second == "3");
}

TEST_CASE("held watches see nothing that came after the fault was set") {
  Scene scene;
  scene.store.put("widgets.example.com", Key{"default", "a"}, Json::object());
  Fault hold;
  hold.deed = Fault::Deed::hold_watch;
  hold.resource = "widgets";
  const Faults::Id id = scene.faults.add(hold);
  const RequestInfo watch = request_info("GET", widgets + "?watch=true");
  const SteadyTime now = std::chrono::steady_clock::now();
  CHECK(scene.faults.horizon(watch, now).revision == scene.store.revision());
  scene.store.put("widgets.example.com", Key{"default", "b"}, Json::object());
  CHECK(scene.faults.horizon(watch, now).revision == scene.store.revision() - 1);
  const int before = scene.woken;
  scene.faults.remove(id);
  CHECK(scene.woken == before + 1);
  CHECK(scene.faults.horizon(watch, now).revision > scene.store.revision());
}

TEST_CASE("watches can be held for a time per change") {
  Scene scene;
  Fault hold;
  hold.deed = Fault::Deed::hold_watch;
  hold.delay = 50ms;
  scene.faults.add(hold);
  const RequestInfo watch = request_info("GET", widgets + "?watch=true");
  const SteadyTime now = std::chrono::steady_clock::now();
  CHECK(scene.faults.horizon(watch, now).at == now - 50ms);
  CHECK(scene.faults.hold(watch) == 50ms);
}

TEST_CASE("faults can be set, seen and removed by hand") {
  World world;
  const std::string path = "/devcluster/faults";
  CHECK(world
            .post(path, R"({"verb":"patch","resource":"widgets","fault":"answer","code":503,
                             "retryAfter":1,"count":2})")
            .code == 200);
  CHECK(world.post(path, R"({"fault":"hold-watch","delayMs":100})").code == 200);
  const Json faults = world.get(path).body["faults"];
  REQUIRE(faults.size() == 2);
  CHECK(faults[0] == Json::parse(R"({"id":1,"struck":0,"verb":"patch","resource":"widgets",
                                     "fault":"answer","code":503,"retryAfter":1,"count":2})"));
  CHECK(world.ask("DELETE", path + "?id=1").body["faults"].size() == 1);
  CHECK(world.ask("DELETE", path).body["faults"].empty());
}

TEST_CASE("a fault that makes no sense is refused with a sentence") {
  struct Row {
    const char* body;
    const char* word;
  };
  const Row row = GENERATE(values<Row>({
      {R"({"fault":"explode"})", "lose-reply"},
      {R"({"fault":"answer","code":42})", "code"},
      {R"({"fault":"answer","verbs":"get"})", "verbs"},
      {R"([])", "object"},
      {R"({)", "JSON"},
  }));
  INFO(row.body);
  World world;
  const Answered answered = world.post("/devcluster/faults", row.body);
  CHECK(answered.code == 400);
  CHECK(answered.message().find(row.word) != std::string::npos);
}

TEST_CASE("history can be compacted by hand, of one resource or of all") {
  World world;
  world.widget("a");
  const std::string body =
      GENERATE(R"({"fault":"compact","resource":"widgets"})", R"({"fault":"compact"})");
  CHECK(world.post("/devcluster/faults", body).code == 200);
  CHECK(world.api.cluster().store().collection("widgets.example.com").compacted() ==
        world.api.cluster().store().revision());
}

}  // namespace
}  // namespace devcluster::apiserver
