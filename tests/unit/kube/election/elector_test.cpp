#include "kube/election/elector.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "base/json.hpp"
#include "tests/unit/kube/election/candidate.hpp"

namespace kube {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using namespace kube::test;
using base::Error;
using base::ErrorKind;
using Strings = std::vector<std::string>;

// As client-go writes it; the holder's clock is years behind.
json::value upstream_lease() {
  return json::parse(R"({
    "apiVersion":"coordination.k8s.io/v1","kind":"Lease",
    "metadata":{"name":"l","namespace":"default","uid":"u","labels":{"team":"storage"},
                "annotations":{"note":"keep"}},
    "spec":{"holderIdentity":"upstream","leaseDurationSeconds":20,
            "acquireTime":"2020-01-01T00:00:00.000000Z","renewTime":"2020-01-01T00:00:00.000000Z",
            "leaseTransitions":3,"strategy":"OldestEmulationVersion"}})");
}

json::value with_holder(json::value lease, const char* holder) {
  lease.at("spec").as_object()["holderIdentity"] = holder;
  return lease;
}

struct World : Candidate::World {
  Candidate a{*this, "a"};
  Candidate b{*this, "b"};

  // How long until somebody acts; looks at every change on the way.
  std::chrono::nanoseconds until_acts(const Candidate& who) {
    const base::Instant since = clock.now();
    while (!who.may_act() && clock.now() - since < 1h) clock.advance_to_next();
    return clock.now() - since;
  }
};

TEST_CASE("who is alone leads at once, renews every retry period, and watches nothing") {
  World world;
  world.a.options.labels = {{"app", "snapshotter"}};
  world.a.start();
  CHECK(world.a.heard == Strings{"leader a", "started"});
  CHECK(world.a.elector->is_leader());
  json::value lease = world.server.lease();
  CHECK(lease.at("spec") == json::parse(R"({"holderIdentity":"a","leaseDurationSeconds":15,
      "acquireTime":"2025-11-23T12:13:20.000000Z","renewTime":"2025-11-23T12:13:20.000000Z",
      "leaseTransitions":0})"));
  CHECK(lease.at("metadata").at("labels") == json::parse(R"({"app":"snapshotter"})"));
  world.clock.advance(11s);
  CHECK(world.a.line.trace == Strings{"get", "create", "replace", "replace"});
  lease.at("spec").as_object()["renewTime"] = "2025-11-23T12:13:30.000000Z";
  CHECK(world.server.lease().at("spec") == lease.at("spec"));
  CHECK(world.a.recorded.events == Strings{"Lease default/l LeaderElection: a became leader"});
}

TEST_CASE("upstream's lease is respected for its own duration, then taken with all that it has") {
  World world;
  world.server.put(upstream_lease());
  world.a.start();
  CHECK(world.a.heard == Strings{"leader upstream"});
  const auto waited = world.until_acts(world.a);
  CHECK(waited >= 20s);
  CHECK(waited < 21s);
  json::value expected = upstream_lease();
  expected.at("metadata").as_object()["resourceVersion"] = "102";
  json::object& spec = expected.at("spec").as_object();
  spec["holderIdentity"] = "a";
  spec["leaseDurationSeconds"] = 15;
  spec["acquireTime"] = spec["renewTime"] = micro_time(world.clock.wall_now());
  spec["leaseTransitions"] = 4;
  CHECK(world.server.lease() == expected);
}

TEST_CASE("a lease that is released is taken within a second") {
  World world;
  world.a.start();
  world.b.start();
  world.clock.advance(47s);
  CHECK(world.b.heard == Strings{"leader a"});
  world.a.release();
  CHECK(world.a.released == "released");
  CHECK_FALSE(world.a.running);
  CHECK_FALSE(world.a.aborted);
  CHECK(world.a.heard == Strings{"leader a", "started", "stopped: the lease is being released"});
  const json::value spec = world.server.lease().at("spec");
  CHECK(spec.at("holderIdentity") == "");
  CHECK(spec.at("leaseDurationSeconds") == 1);
  CHECK(spec.at("leaseTransitions") == 0);
  CHECK(world.until_acts(world.b) < 1s);
  CHECK(lease_record(world.server.lease()).transitions == 1);
  CHECK(world.b.heard == Strings{"leader a", "leader b", "started"});
  CHECK(world.b.line.trace[1] == "list default metadata.name=l");
}

TEST_CASE("the lease of one who died is taken within a second of its expiry") {
  World world;
  world.a.start();
  world.b.start();
  world.clock.advance(49s);
  world.a.kill();  // last renewed at 45 s
  const auto waited = world.until_acts(world.b);
  CHECK(waited >= 11s);
  CHECK(waited < 12s);
}

TEST_CASE("who may not watch still takes over, by polling") {
  World world;
  world.b.line.watch_refused = Error(ErrorKind::forbidden, "list leases: forbidden");
  world.a.start();
  world.b.start();
  world.clock.advance(49s);
  CHECK(world.b.heard == Strings{"leader a", "no watch: list leases: forbidden"});
  SECTION("one who died: the renewal is noticed late, its expiry is not") {
    world.a.kill();
    CHECK(world.until_acts(world.b) <= 11s + 15s + 1s);
  }
  SECTION("one who released it") {
    world.a.release();
    CHECK(world.until_acts(world.b) <= 11s);
  }
}

TEST_CASE("a leader that is cut off stops in time, and stands again when it is back") {
  World world;
  world.a.start();
  world.b.start();
  world.clock.advance(47s);  // last renewed at 45 s
  world.a.line.cut();
  world.clock.advance(7999ms);
  CHECK(world.a.may_act());
  world.clock.advance(1ms);
  CHECK_FALSE(world.a.may_act());
  CHECK_FALSE(world.a.elector->is_leader());
  CHECK(world.a.heard.back() == "stopped: the lease was not renewed within 10s");
  CHECK(world.a.recorded.events.back() == "Lease default/l LeaderElection: a stopped leading");
  world.until_acts(world.b);
  world.a.line.heal();
  world.clock.advance(1min);
  CHECK(world.a.running);
  CHECK_FALSE(world.a.elector->is_leader());
  CHECK(world.a.heard.back() == "recovered");
  CHECK(world.a.elector->leader() == "b");
  world.b.release();
  CHECK(world.until_acts(world.a) < 1s);
}

TEST_CASE("what the API server does to a leader") {
  World world;
  world.a.start();
  world.clock.advance(47s);
  std::size_t fates = 0;

  SECTION("one refusal is made good a second later") {
    world.a.line.fate = [&](const std::string&) {
      Fate fate;
      if (fates++ < 2) fate.refused = Error(ErrorKind::unavailable, "restarting");
      return fate;
    };
    world.clock.advance(5s);
    CHECK(world.a.heard == Strings{"leader a", "started", "trouble: restarting", "recovered"});
    CHECK(world.a.may_act());
  }
  SECTION("a reply that is lost ends the leading, for what is needed to look") {
    world.a.line.fate = [&](const std::string&) {
      Fate fate;
      fate.answered = fates++ > 0;
      return fate;
    };
    world.clock.advance(1min);
    CHECK(world.a.heard == Strings{"leader a", "started",
                                   "stopped: the lease was not renewed within 10s", "started"});
    CHECK(lease_record(world.server.lease()).transitions == 0);
  }
  SECTION("an edit by somebody else neither ends the leading nor is undone") {
    json::value edited = world.server.lease();
    edited.at("metadata").as_object()["labels"] = json::object{{"team", "storage"}};
    world.server.put(edited);
    world.a.line.trace.clear();
    world.clock.advance(5s);
    CHECK(world.a.line.trace == Strings{"replace", "get", "replace"});
    CHECK(world.server.lease().at("metadata").at("labels").at("team") == "storage");
    CHECK(world.a.heard == Strings{"leader a", "started"});
  }
  SECTION("another holder ends the leading at once") {
    world.server.put(with_holder(world.server.lease(), "b"));
    world.clock.advance(3s);
    CHECK_FALSE(world.a.may_act());
    CHECK(world.a.heard ==
          Strings{"leader a", "started", "stopped: b holds the lease now", "leader b"});
  }
  SECTION("a lease that somebody deleted is made anew") {
    world.server.remove();
    world.clock.advance(3s);
    CHECK(world.a.may_act());
    CHECK(world.server.holder() == "a");
    CHECK(world.a.heard == Strings{"leader a", "started"});
  }
}

TEST_CASE("a request that hangs for ever does not keep the leader in office") {
  World world;
  world.a.start();
  world.a.line.deaf = true;
  world.a.line.cut();
  world.clock.advance(10s);
  CHECK_FALSE(world.a.elector->is_leader());
  CHECK(world.a.heard.back() == "stopped: the lease was not renewed within 10s");
}

TEST_CASE("a process that comes back under its name takes over at once") {
  World world;
  world.a.start();
  world.clock.advance(7s);
  world.a.kill();
  Candidate again(world, "a");
  again.start();
  CHECK(again.may_act());
  const LeaseRecord record = lease_record(world.server.lease());
  CHECK(record.transitions == 0);
  CHECK(record.acquire_time == "2025-11-23T12:13:20.000000Z");
}

TEST_CASE("clocks that are hours apart make no difference") {
  World world;
  Candidate ahead(world, "ahead", 5h);
  Candidate behind(world, "behind", -5h);
  ahead.start();
  behind.start();
  world.clock.advance(2min);
  CHECK(ahead.may_act());
  CHECK_FALSE(behind.elector->is_leader());
  ahead.kill();
  const auto waited = world.until_acts(behind);
  CHECK(waited > 10s);
  CHECK(waited < 16s);
}

TEST_CASE("releasing") {
  World world;

  SECTION("who never had the lease asks nobody, even while there is no API server") {
    world.a.start();
    world.b.start();
    world.b.line.cut();
    world.b.line.trace.clear();
    world.b.release();
    CHECK(world.b.released == "released");
    CHECK(world.b.line.trace.empty());
    CHECK(world.server.holder() == "a");
  }
  SECTION("who has lost it meanwhile leaves it alone") {
    world.a.start();
    world.server.put(with_holder(world.server.lease(), "b"));
    world.a.release();
    CHECK(world.a.released == "released");
    CHECK(world.server.holder() == "b");
  }
  SECTION("it is tried again while the server does not answer, but not for ever") {
    world.a.start();
    world.a.line.fate = [](const std::string&) {
      Fate fate;
      fate.refused = Error(ErrorKind::unavailable, "restarting");
      return fate;
    };
    world.a.release();
    world.clock.advance(9s);
    CHECK(world.a.released.empty());
    SECTION("the server is back in time") {
      world.a.line.fate = [](const std::string&) { return Fate(); };
      world.clock.advance(1s);
      CHECK(world.a.released == "released");
      CHECK(world.server.holder().empty());
    }
    SECTION("it is not") {
      world.clock.advance(1s);
      CHECK(world.a.released == "restarting");
    }
  }
  SECTION("a renewal that is still on its way does not undo it") {
    world.a.start();
    world.a.line.fate = [n = 0](const std::string&) mutable {
      Fate fate;
      if (n++ == 0) fate.there = 300ms;
      return fate;
    };
    world.clock.advance(5s);
    world.a.release();
    world.clock.advance(10s);
    CHECK(world.a.released == "released");
    CHECK(world.server.holder().empty());
  }
  SECTION("it may be done after run() was cancelled, and run() may follow") {
    world.a.start();
    world.a.stop();
    CHECK(world.a.aborted);
    CHECK(world.a.heard.back() == "stopped: the election was stopped");
    CHECK(world.server.holder() == "a");
    world.a.release();
    CHECK(world.a.released == "released");
    CHECK(world.server.holder().empty());
    world.a.start();
    CHECK(world.a.may_act());
  }
}

TEST_CASE("an answer that makes no sense harms nobody") {
  for (const char* odd : {R"({"metadata":{}})", R"({"metadata":{},"spec":7})",
                          R"({"metadata":{"labels":[]},"spec":{"holderIdentity":[]}})"}) {
    INFO(odd);
    World world;
    world.server.put(json::parse(odd));
    world.a.options.labels = {{"app", "snapshotter"}};
    world.a.start();
    CHECK(world.a.may_act());
    CHECK(lease_record(world.server.lease()).holder == "a");
  }
}

}  // namespace
}  // namespace kube
