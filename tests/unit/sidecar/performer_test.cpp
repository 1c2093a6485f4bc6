#include "sidecar/performer.hpp"

#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include "base/json.hpp"
#include "sidecar/content_verdict.hpp"
#include "tests/support/contents.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_objects.hpp"
#include "tests/support/recorded_events.hpp"
#include "tests/support/scripted_driver.hpp"

using namespace tests;
using namespace std::chrono_literals;
using base::Error;
using base::ErrorKind;
using Trace = std::vector<std::string>;

namespace {

constexpr const char* create = "CreateSnapshot snapshot-0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";

boost::asio::awaitable<void> pass_over(sidecar::Performer& performer,
                                       std::optional<sidecar::PassResult>& result) {
  result = co_await performer.reconcile("content-1");
}

// The real performer between an API server and a driver without wires.
struct World {
  explicit World(boost::json::value content) {
    api.put(std::move(content));
    tell_cache();
    options.driver = driver_name;
  }

  // What the watch would tell.
  void tell_cache() {
    if (const auto* content = api.find("content-1"))
      contents.event(kube::EventType::modified, boost::json::value(*content));
  }

  sidecar::PassResult reconcile() {
    boost::asio::io_context io;
    std::optional<sidecar::PassResult> result;
    sidecar::Performer& performer = performer_();
    boost::asio::co_spawn(io, pass_over(performer, result), [](std::exception_ptr why) {
      if (why) std::rethrow_exception(why);
    });
    io.run();
    return *result;
  }

  std::string status(const char* key) const {
    const auto* content = api.find("content-1");
    const auto* value = content ? base::member(*content, "status", key) : nullptr;
    return value ? boost::json::serialize(*value) : "absent";
  }
  std::string now() const {
    return std::to_string(std::chrono::nanoseconds(clock.wall_now().time_since_epoch()).count());
  }
  bool marked() const { return snapshot::ContentView(*api.find("content-1")).being_created(); }

  Trace trace;
  std::string log_text;
  boost::asio::io_context clock_io;
  ManualClock clock{clock_io};
  base::Logger log{clock, {}, [this](std::string_view line) { log_text += line; }};
  MemoryObjects api{trace};
  ScriptedDriver driver{trace};
  sidecar::SnapshotStorage storage{driver, clock};
  RecordedEvents events;
  sidecar::Turnstile turnstile;
  std::vector<std::string> woken;
  bool may_act = true;
  std::optional<sidecar::DriverTrouble> driver_trouble;
  kube::WorkCache contents{[](const boost::json::value& object) {
                             return sidecar::verdict_of(object, snapshot::individual, driver_name);
                           },
                           [](const std::string&, kube::News) {}};
  snapshot::PlanOptions options;
  std::map<std::string, snapshot::SnapshotClass> classes{
      {"fast", snapshot::SnapshotClass(driver_name, {{"tier", "hot"}})}};

 private:
  sidecar::Performer& performer_() {
    if (!made_) {
      sidecar::Performer::Parts parts{
          snapshot::individual,
          api,
          storage,
          contents,
          [this](std::string_view name) -> std::optional<snapshot::SnapshotClass> {
            const auto found = classes.find(std::string(name));
            return found == classes.end() ? std::nullopt : std::optional(found->second);
          },
          events,
          turnstile,
          [this](const std::string& name) { woken.push_back(name); },
          [this] { return may_act; },
          [this] { return driver_trouble; },
          clock,
          log};
      made_.emplace(std::move(parts), options);
    }
    return *made_;
  }
  std::optional<sidecar::Performer> made_;
};

}  // namespace

TEST_CASE("a ready snapshot costs three writes, one call and no read") {
  World world(content_with());
  const auto result = world.reconcile();
  CHECK(result.outcome.what() == kube::Outcome::What::done);
  CHECK(world.trace == Trace{"patch object", create, "patch status", "patch object"});
  CHECK(world.status("snapshotHandle") == "\"s-1\"");
  CHECK(world.status("readyToUse") == "true");
  CHECK(world.status("restoreSize") == "1000");
  CHECK_FALSE(world.marked());
  CHECK(world.driver.last_parameters == std::map<std::string, std::string>{{"tier", "hot"}});
  CHECK(world.contents.unfinished() == 0);
  CHECK(world.contents.settled() == 1);
}

TEST_CASE("deletion takes the storage, then the object") {
  World world(content_with());
  world.reconcile();
  being_deleted()(world.api.at("content-1"));
  world.api.put(world.api.at("content-1"));
  world.tell_cache();
  world.trace.clear();
  world.reconcile();
  CHECK(world.trace == Trace{"DeleteSnapshot s-1", "patch object"});
  CHECK(world.api.find("content-1") == nullptr);
  CHECK(world.driver.snapshots().empty());
}

TEST_CASE("a release that fails leaves a deletion that is tried again") {
  World world(content_with({being_deleted(), handle("s-1"), ready()}));
  world.api.fail_next("patch", Error(ErrorKind::unavailable, "connection refused"));
  CHECK(world.reconcile().outcome.what() == kube::Outcome::What::failed);
  REQUIRE(world.api.find("content-1") != nullptr);
  CHECK(world.reconcile().outcome.what() == kube::Outcome::What::done);
  CHECK(world.api.find("content-1") == nullptr);
  CHECK(world.trace ==
        Trace{"DeleteSnapshot s-1", "patch object", "DeleteSnapshot s-1", "patch object"});
}

TEST_CASE("a driver that does not tell when it took a snapshot took it now, not in 1970") {
  World world(content_with());
  world.driver.tell_no_times();
  world.reconcile();
  CHECK(world.status("creationTime") == world.now());
}

TEST_CASE("deletion asked for while the create is under way is finished in the same pass") {
  World world(content_with());
  SECTION("told by the watch") {
    world.driver.before_next("create", [&] {
      boost::json::value content = world.api.at("content-1");
      being_deleted()(content);
      world.api.put(content);
      world.tell_cache();
    });
  }
  SECTION("seen in the reply to our own write") {
    world.driver.before_next("create", [&] { world.api.before_next("patch", being_deleted()); });
  }
  CHECK(world.reconcile().outcome.what() == kube::Outcome::What::done);
  CHECK(world.api.find("content-1") == nullptr);
  CHECK(world.driver.snapshots().empty());
}

TEST_CASE(
    "a lost reply is asked for again under the same name, and deletes nothing but what it made") {
  World world(content_with());
  world.driver.lose_next_reply(
      "create", Error(ErrorKind::timed_out, "rpc error: code = DeadlineExceeded desc = x"));
  const auto first = world.reconcile();
  CHECK(first.outcome.what() == kube::Outcome::What::failed);
  CHECK(world.marked());
  CHECK(world.status("readyToUse") == "false");
  SECTION("then it is ready") {
    world.reconcile();
    CHECK(world.status("readyToUse") == "true");
    CHECK(world.status("error") == "absent");
    CHECK(world.driver.snapshots().size() == 1);
  }
  SECTION("then it is deleted, before anybody knew its handle") {
    boost::json::value content = world.api.at("content-1");
    being_deleted()(content);
    world.api.put(content);
    world.tell_cache();
    CHECK(world.reconcile().outcome.what() == kube::Outcome::What::done);
    CHECK(world.api.find("content-1") == nullptr);
    CHECK(world.driver.snapshots().empty());
  }
}

TEST_CASE(
    "a mark that our copy does not show yet is not ours, and what it stands for not nothing") {
  World world(content_with());
  boost::json::value content = world.api.at("content-1");
  being_created()(content);
  being_deleted()(content);
  world.api.put(content);  // the watch lags
  world.driver.fail_next("create",
                         Error(ErrorKind::internal, "rpc error: code = Internal desc = x"));
  CHECK(world.reconcile().outcome.what() == kube::Outcome::What::done);
  CHECK(world.trace == Trace{"patch object", "get content-1", create, "patch object"});
  REQUIRE(world.events.lines.size() == 1);
  CHECK_THAT(world.events.lines[0], Catch::StartsWith("content-1 Warning SnapshotLeftBehind"));
}

TEST_CASE("a final error unmarks, says so once, and is tried again") {
  World world(content_with());
  const Error refused(ErrorKind::invalid, "rpc error: code = InvalidArgument desc = x");
  world.driver.fail_next("create", refused);
  world.driver.fail_next("create", refused);
  CHECK(world.reconcile().outcome.what() == kube::Outcome::What::failed);
  CHECK_FALSE(world.marked());
  CHECK(world.trace == Trace{"patch object", create, "patch status", "patch object"});
  world.trace.clear();
  CHECK(world.reconcile().outcome.what() == kube::Outcome::What::failed);
  CHECK(world.trace == Trace{"patch object", create, "patch object"});
}

TEST_CASE("readiness is polled on its own clock, without the mark") {
  World world(content_with());
  using LookUp = snapshot::PlanOptions::LookUp;
  world.options.look_up = GENERATE(LookUp::list, LookUp::get);
  world.driver.ready_after(3);
  auto result = world.reconcile();
  CHECK(result.outcome.what() == kube::Outcome::What::again);
  CHECK(result.outcome.wait() == 1s);
  CHECK_FALSE(world.marked());
  world.trace.clear();
  world.clock.advance(10s);
  result = world.reconcile();
  CHECK(result.outcome.wait() == 2s);
  const bool looks_up = world.options.look_up == LookUp::get;
  CHECK(world.trace == (looks_up ? Trace{"GetSnapshot s-1"} : Trace{"get content-1", create}));
  world.reconcile();
  CHECK(world.status("readyToUse") == "true");
}

TEST_CASE("a conflict is decided anew on a fresh copy") {
  World world(content_with({being_deleted(), handle("s-1"), ready()}));
  world.api.before_next("patch", [](boost::json::value& content) {
    auto& list = content.as_object()["metadata"].as_object()["finalizers"].as_array();
    list.insert(list.begin(), "example.com/first");
  });
  CHECK(world.reconcile().outcome.what() == kube::Outcome::What::done);
  const auto* content = world.api.find("content-1");
  REQUIRE(content != nullptr);
  CHECK(content->at("metadata").at("finalizers") == boost::json::value{"example.com/first"});
  CHECK(world.status("snapshotHandle") == "absent");
  CHECK(std::count(world.trace.begin(), world.trace.end(), "DeleteSnapshot s-1") == 1);
}

TEST_CASE("whoever fights with us is backed off from") {
  World world(content_with());
  for (int i = 0; i < 10; ++i) world.api.fail_next("patch", Error(ErrorKind::conflict, "changed"));
  const auto result = world.reconcile();
  CHECK(result.outcome.what() == kube::Outcome::What::failed);
  CHECK(result.why == "changed");
  CHECK(world.trace.size() == 7);  // four writes, three reads
}

TEST_CASE("the API server's wish to be left alone is a lower bound of the backoff") {
  World world(content_with());
  world.api.fail_next("patch", Error(ErrorKind::throttled, "busy").with_retry_after(7s));
  const auto result = world.reconcile();
  CHECK(result.outcome.what() == kube::Outcome::What::failed);
  CHECK(result.outcome.wait() == 7s);
}

TEST_CASE("an object that is gone ends the pass, and what was taken meanwhile is named") {
  World world(content_with());
  world.driver.before_next(
      "create", [&] { world.api.fail_next("patch", Error(ErrorKind::not_found, "gone")); });
  CHECK(world.reconcile().outcome.what() == kube::Outcome::What::done);
  CHECK(world.contents.unfinished() == 0);
  CHECK_THAT(world.log_text, Catch::Contains("W0") || Catch::Contains("W1"));
  CHECK_THAT(world.log_text, Catch::Contains("stays on the storage") && Catch::Contains("s-1"));
}

TEST_CASE("credentials reach the driver and nothing else") {
  World world(content_with({secret("team-a", "creds")}));
  world.api.put(boost::json::value{{"metadata", {{"name", "creds"}, {"uid", "u"}}},
                                   {"data", {{"password", "aHVudGVyMg=="}}}});
  world.reconcile();
  CHECK(world.trace == Trace{"get creds", "patch object", create, "patch status", "patch object"});
  CHECK(world.driver.last_secrets == std::map<std::string, std::string>{{"password", "hunter2"}});
  CHECK_THAT(world.log_text, !Catch::Contains("hunter2") && !Catch::Contains("aHVudGVyMg"));
}

TEST_CASE("a secret that is missing leaves no mark behind") {
  World world(content_with({secret("team-a", "creds")}));
  const auto result = world.reconcile();
  CHECK(result.outcome.what() == kube::Outcome::What::failed);
  CHECK(world.trace == Trace{"get creds", "patch status"});
  CHECK_FALSE(world.marked());
  CHECK_THAT(world.status("error"), Catch::Contains("cannot get credentials for snapshot content"));
}

TEST_CASE("what fails is told as an event, once for one text") {
  World world(content_with());
  const Error refused(ErrorKind::invalid, "rpc error: code = InvalidArgument desc = no");
  for (int i = 0; i < 3; ++i) {
    world.driver.fail_next("create", refused);
    CHECK(world.reconcile().code == ErrorKind::invalid);
  }
  CHECK(world.events.lines ==
        Trace{"content-1 Warning SnapshotCreationFailed: Failed to create snapshot: failed to take "
              "snapshot of the volume vol-1: \"rpc error: code = InvalidArgument desc = no\""});
}

TEST_CASE("a write that the server refuses is told, for the status cannot say it") {
  World world(content_with());
  world.api.fail_next("patch", Error(ErrorKind::forbidden, "cannot patch"));
  CHECK(world.reconcile().outcome.what() == kube::Outcome::What::failed);
  CHECK(world.events.lines ==
        Trace{"content-1 Warning SnapshotCreationFailed: Failed to create snapshot: failed to add "
              "VolumeSnapshotBeingCreated annotation on the content content-1: \"snapshot "
              "controller failed to update content-1 on API server: cannot patch\""});
  world.api.fail_next("patch", Error(ErrorKind::unavailable, "connection refused"));
  world.reconcile();
  CHECK(world.events.lines.size() == 1);  // that passes by itself
}

TEST_CASE("an error whose write meets a conflict is written again, and told once") {
  World world(content_with());
  world.driver.fail_next("create", Error(ErrorKind::timed_out, "lost"));
  world.driver.before_next("create", [&] {
    world.api.before_next("patch", [](boost::json::value& content) {
      content.as_object()["metadata"].as_object()["resourceVersion"] = "90000";
    });
  });
  world.reconcile();
  CHECK_THAT(world.status("error"), Catch::Contains("lost"));
  CHECK(world.events.lines.size() == 1);
}

TEST_CASE("storage that stays behind is named in an event") {
  World world(content_with({being_deleted(), preprovisioned("p-1")}));
  world.reconcile();
  CHECK(world.api.find("content-1") == nullptr);
  CHECK(world.events.lines ==
        Trace{"content-1 Warning SnapshotLeftBehind: Released without deleting: the "
              "pre-provisioned snapshot p-1 was never checked and stays on the storage"});
}

TEST_CASE("an import is looked up and recorded, without a mark") {
  World world(content_with({preprovisioned("s-1")}));
  SECTION("with a driver that can list") {
    world.options.look_up = snapshot::PlanOptions::LookUp::list;
    world.driver.hold("s-1");
    CHECK(world.reconcile().outcome.what() == kube::Outcome::What::done);
    CHECK(world.trace == Trace{"GetSnapshot s-1", "patch status"});
    CHECK(world.status("restoreSize") == "1000");
  }
  SECTION("with one that can only be believed") {
    CHECK(world.reconcile().outcome.what() == kube::Outcome::What::done);
    CHECK(world.trace == Trace{"patch status"});
    CHECK(world.status("restoreSize") == "absent");
    CHECK(world.status("creationTime") == world.now());
  }
  CHECK(world.status("readyToUse") == "true");
  CHECK(world.status("snapshotHandle") == "\"s-1\"");
}

TEST_CASE("without the lease nothing is written and nothing is called") {
  World world(content_with());
  SECTION("lost before the pass") {
    world.may_act = false;
    CHECK(world.reconcile().outcome.what() == kube::Outcome::What::again);
    CHECK(world.trace.empty());
  }
  SECTION("lost while the driver works: the mark tells the next leader") {
    world.driver.before_next("create", [&] { world.may_act = false; });
    CHECK(world.reconcile().outcome.what() == kube::Outcome::What::again);
    CHECK(world.trace == Trace{"patch object", create});
    CHECK(world.marked());
    world.may_act = true;
    CHECK(world.reconcile().outcome.what() == kube::Outcome::What::done);
    CHECK(world.driver.snapshots().size() == 1);
  }
}

TEST_CASE("while the driver is away nothing is begun, and whoever waits for it is told, once") {
  World world(content_with());
  world.driver_trouble = sidecar::DriverTrouble("the driver is away", false);
  CHECK(world.reconcile().outcome.what() == kube::Outcome::What::again);
  CHECK(world.trace.empty());
  world.driver_trouble->lasting = true;
  CHECK(world.reconcile().outcome.what() == kube::Outcome::What::failed);
  CHECK(world.trace == Trace{"patch status"});
  CHECK_FALSE(world.marked());
  world.reconcile();
  CHECK(world.events.lines ==
        Trace{"content-1 Warning SnapshotCreationFailed: Failed to create snapshot: failed to take "
              "snapshot of the volume vol-1: \"the driver is away\""});
  SECTION("it is deleted without the driver, for there is nothing to delete") {
    boost::json::value content = world.api.at("content-1");
    being_deleted()(content);
    world.api.put(content);
    world.tell_cache();
    world.reconcile();
    CHECK(world.api.find("content-1") == nullptr);
  }
  SECTION("the driver is back") {
    world.driver_trouble.reset();
    world.reconcile();
    CHECK(world.status("readyToUse") == "true");
    CHECK(world.status("error") == "absent");
  }
}

TEST_CASE("a second create of one volume waits, unmarked, until the first is done") {
  World world(content_with());
  const sidecar::Turnstile::Call nobody = [] {};
  REQUIRE(world.turnstile.enter("volumesnapshotcontents/other", {"volume vol-1"}, nobody));
  CHECK(world.reconcile().outcome.what() == kube::Outcome::What::done);
  CHECK(world.trace.empty());
  CHECK(world.woken.empty());
  world.turnstile.leave("volumesnapshotcontents/other");
  CHECK(world.woken == Trace{"content-1"});
  SECTION("then it goes on, and gives its place up") {
    world.reconcile();
    CHECK(world.status("readyToUse") == "true");
  }
  SECTION("deleted meanwhile, it lets the next one pass all the same") {
    boost::json::value content = world.api.at("content-1");
    being_deleted()(content);
    world.api.put(content);
    world.tell_cache();
    world.reconcile();
    CHECK(world.api.find("content-1") == nullptr);
  }
  SECTION("torn out meanwhile, it lets the next one pass all the same") {
    boost::json::value content = world.api.at("content-1");
    world.contents.event(kube::EventType::deleted, std::move(content));
    world.reconcile();
  }
  CHECK(world.turnstile.lines() == 0);
}
