#include "kube/election/election_steps.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "base/json.hpp"

namespace kube {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using base::Error;
using base::ErrorKind;
using Reply = base::Result<json::value>;
using What = ElectionStep::What;

constexpr base::Instant start{1000h};

const Error unavailable(ErrorKind::unavailable, "connection refused");
const Error not_found(ErrorKind::not_found, "no lease");
const Error conflict(ErrorKind::conflict, "it has been modified");

json::value lease_of(const std::string& holder, int renewal = 0) {
  LeaseRecord record;
  record.holder = holder;
  record.duration = 15s;
  record.acquire_time = "2020-01-01T00:00:00.000000Z";
  record.renew_time =
      micro_time(base::WallTime(1'577'836'800s) + std::chrono::microseconds(renewal));
  record.transitions = 3;
  json::value lease = new_lease("default", "l");
  lease.at("metadata").as_object()["resourceVersion"] = std::to_string(10 + renewal);
  return with_record(std::move(lease), record);
}

// Steps, the time, and what is under way.
class Rig {
 public:
  explicit Rig(double chance = 0) : steps(options(), [chance] { return chance; }) {}

  static ElectionOptions options() {
    ElectionOptions options;
    options.space = "default";
    options.name = "l";
    options.identity = "me";
    return options;
  }

  Rig& wait(std::chrono::nanoseconds span) {
    now += span;
    return *this;
  }
  Rig& begin() {
    step = steps.begin(moment());
    return *this;
  }
  Rig& answer(Reply reply) {
    step = steps.answered(reply, moment());
    return *this;
  }
  // The write is done as it was asked for.
  Rig& done() { return answer(json::value(step.lease)); }
  // Leads from now on.
  Rig& lead() { return begin().answer(lease_of("")).done(); }

  Moment moment() const { return Moment(now, base::WallTime(1'763'900'000s) + (now - start)); }
  LeaseRecord asked() const { return lease_record(step.lease); }
  std::chrono::nanoseconds next() const { return steps.next_attempt() - now; }

  ElectionSteps steps;
  base::Instant now = start;
  ElectionStep step;
};

TEST_CASE("what a candidate does after a look at the lease") {
  struct Row {
    const char* sentence;
    std::function<void(Rig&)> before;  // an earlier look
    Reply found;
    What what;
    int transitions;           // of what is written
    const char* acquire_time;  // likewise; "now" for the time of writing
  };
  const auto nothing = [](Rig&) {};
  const auto saw_other = [](std::chrono::nanoseconds ago) {
    return [ago](Rig& rig) { rig.begin().answer(lease_of("other")).wait(ago); };
  };
  const char* const acquired = "2020-01-01T00:00:00.000000Z";
  const Row table[] = {
      {"there is none: it is made", nothing, not_found, What::create, 0, "now"},
      {"it is free: it is taken", nothing, lease_of(""), What::replace, 4, "now"},
      {"another's is respected, however old it says it is", nothing, lease_of("other"), What::wait,
       0, ""},
      {"ours of an earlier life is taken back at once", nothing, lease_of("me"), What::replace, 3,
       acquired},
      {"another's that has not changed for less than its duration", saw_other(15s - 1ns),
       lease_of("other"), What::wait, 0, ""},
      {"another's that has not changed for all of it", saw_other(15s), lease_of("other"),
       What::replace, 4, "now"},
      {"one that was renewed meanwhile, even a microsecond after the last time", saw_other(15s),
       lease_of("other", 1), What::wait, 0, ""},
      {"one that a third has taken meanwhile", saw_other(15s), lease_of("third"), What::wait, 0,
       ""},
      {"without an answer nothing is done", saw_other(15s), unavailable, What::wait, 0, ""},
      {"an object without any record is free", nothing,
       json::parse(R"({"metadata":{"resourceVersion":"1"}})"), What::replace, 1, "now"},
      {"a holder who does not say how long gets as long as we would", saw_other(10s),
       json::parse(R"({"metadata":{},"spec":{"holderIdentity":"other"}})"), What::wait, 0, ""},
      {"the count of holders ends at what its field can hold", nothing,
       json::parse(R"({"metadata":{},"spec":{"leaseTransitions":2147483647}})"), What::replace,
       2147483647, "now"},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    Rig rig;
    row.before(rig);
    rig.begin();
    CHECK(rig.step.what == What::get);
    rig.answer(row.found);
    CHECK(rig.step.what == row.what);
    if (row.what == What::wait) continue;
    const LeaseRecord asked = rig.asked();
    const std::string now = micro_time(rig.moment().wall);
    CHECK(asked.holder == "me");
    CHECK(asked.duration == 15s);
    CHECK(asked.renew_time == now);
    CHECK(asked.acquire_time == (row.acquire_time == std::string("now") ? now : row.acquire_time));
    CHECK(asked.transitions == row.transitions);
  }
}

TEST_CASE("whether a candidate leads after its write") {
  struct Row {
    const char* sentence;
    std::chrono::nanoseconds took;
    Reply reply;
    bool leads;
    bool trouble;
    bool may_hold;
  };
  const Row table[] = {
      {"it was done", 0s, lease_of("me"), true, false, true},
      {"it was done, but so long ago that the time is over", 10s, lease_of("me"), false, false,
       true},
      {"another was faster", 0s, conflict, false, false, true},
      {"another has made the lease", 0s, Error(ErrorKind::already_exists, "there is one"), false,
       false, true},
      {"nobody knows", 0s, Error(ErrorKind::timed_out, "no answer"), false, true, true},
      {"we may not", 0s, Error(ErrorKind::forbidden, "update leases"), false, true, true},
      {"somebody between us and the store has other ideas", 0s, lease_of("other"), false, true,
       true},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    Rig rig;
    rig.begin().answer(lease_of("")).wait(row.took).answer(row.reply);
    CHECK(rig.step.what == What::wait);
    CHECK(rig.steps.leading() == row.leads);
    CHECK(rig.steps.trouble().has_value() == row.trouble);
    CHECK(rig.steps.may_hold() == row.may_hold);
  }
}

TEST_CASE("what a leader does when its renewal fails") {
  struct Row {
    const char* sentence;
    Reply renewal;
    Reply look;
    What what;  // after the look
    bool leads;
  };
  const Row table[] = {
      {"the lease was edited: it is renewed as it is now", conflict, lease_of("me", 7),
       What::replace, true},
      {"the server was away for a moment", unavailable, lease_of("me"), What::replace, true},
      {"another has it: no more deeds", conflict, lease_of("other"), What::wait, false},
      {"somebody has freed it by hand: it is taken again", conflict, lease_of(""), What::replace,
       true},
      {"somebody has deleted it: it is made again", not_found, not_found, What::create, true},
      {"the server is away: there is time left to try again", unavailable, unavailable, What::wait,
       true},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    Rig rig;
    rig.lead().wait(5s).begin();
    CHECK(rig.step.what == What::replace);  // without a look first
    rig.answer(row.renewal);
    CHECK(rig.step.what == What::get);
    rig.answer(row.look);
    CHECK(rig.step.what == row.what);
    CHECK(rig.steps.leading() == row.leads);
    if (row.what != What::wait) {
      rig.done();
      CHECK(rig.steps.may_act(rig.now + 10s - 1ns));
    } else {
      CHECK_FALSE(rig.steps.may_act(rig.now + 5s));
    }
  }
}

TEST_CASE("leading ends at the renew deadline after the last good renewal was sent") {
  Rig rig;
  rig.begin().answer(lease_of("")).wait(3s).done();  // sent at 0 s, answered at 3 s
  CHECK(rig.next() == 2s);
  CHECK(rig.steps.deadline() == start + 10s);
  rig.wait(2s).begin().wait(4s).done();  // sent at 5 s, answered at 9 s
  CHECK(rig.steps.deadline() == start + 15s);
  CHECK(rig.next() == 1s);
  rig.wait(1s).begin().answer(unavailable).answer(unavailable);
  CHECK(rig.next() == 1s);  // sooner than a retry period
  CHECK(rig.steps.may_act(start + 15s - 1ns));
  CHECK_FALSE(rig.steps.may_act(start + 15s));  // whether or not lapse() has come
  rig.wait(5s);
  rig.steps.lapse(rig.now);
  CHECK_FALSE(rig.steps.leading());
  CHECK(rig.steps.end_reason() == "the lease was not renewed within 10s: connection refused");
  CHECK(rig.next() == 0s);
  rig.begin();
  CHECK(rig.step.what == What::get);  // it never assumes that it still holds the lease
}

TEST_CASE("a request is dropped after half of the deadline, and at the deadline by a leader") {
  Rig rig;
  rig.begin();
  CHECK(rig.step.due == rig.now + 5s);
  rig.answer(lease_of("")).done().wait(7s).begin();
  CHECK(rig.step.due == start + 10s);
}

TEST_CASE("when a candidate looks again") {
  struct Row {
    const char* sentence;
    double chance;
    std::function<void(Rig&)> before;
    std::chrono::nanoseconds next;
  };
  const auto look = [](Reply found) { return [found](Rig& rig) { rig.begin().answer(found); }; };
  const Row table[] = {
      {"the first time: at once", 0, [](Rig& rig) { rig.now = rig.steps.next_attempt(); }, 0s},
      {"another holds it: after a retry period", 0, look(lease_of("other")), 5s},
      {"or up to 2.2 of them, so that not all come at once", 0.5, look(lease_of("other")), 8s},
      {"the server is away: the same", 0.5, look(unavailable), 8s},
      {"it expires before that: a little after its end", 0.5,
       [](Rig& rig) { rig.begin().answer(lease_of("other")).wait(8s).begin().answer(unavailable); },
       7100ms},
      {"it was looked at in vain when it had expired: by the calendar again", 0.5,
       [](Rig& rig) {
         rig.begin().answer(lease_of("other")).wait(15100ms).begin().answer(unavailable);
       },
       8s},
      {"the watch says that it was released: a little later", 0.5,
       [](Rig& rig) {
         rig.begin().answer(lease_of("other"));
         rig.steps.saw(lease_of("", 1), rig.now);
       },
       100ms},
      {"the watch says that it was deleted", 0.5,
       [](Rig& rig) {
         rig.begin().answer(lease_of("other"));
         rig.steps.saw_deleted(rig.now);
       },
       100ms},
      {"the watch says what a look has said better", 0.5,
       [](Rig& rig) {
         rig.begin().answer(lease_of("other", 5));
         rig.steps.saw(lease_of("", 4), rig.now);
       },
       8s},
      {"the watch says that it was renewed: its end is that much later", 0.5,
       [](Rig& rig) {
         rig.begin().answer(lease_of("other")).wait(8s).begin().answer(unavailable).wait(7s);
         rig.steps.saw(lease_of("other", 1), rig.now);
       },
       1s},
      {"an edit that is no renewal prolongs nothing", 0.5,
       [](Rig& rig) {
         rig.begin().answer(lease_of("other")).wait(8s).begin().answer(unavailable);
         json::value edited = lease_of("other");
         edited.at("metadata").as_object()["resourceVersion"] = "99";
         rig.steps.saw(edited, rig.now);
       },
       7100ms},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    Rig rig(row.chance);
    row.before(rig);
    CHECK(rig.next() == row.next);
  }
}

TEST_CASE("what a watch says is looked at before it is acted upon") {
  Rig rig;
  rig.begin().answer(lease_of("other"));
  rig.steps.saw(lease_of("me", 1), rig.now);
  CHECK_FALSE(rig.steps.leading());
  rig.begin();
  CHECK(rig.step.what == What::get);
  rig.answer(lease_of("other", 2));
  CHECK(rig.step.what == What::wait);
}

TEST_CASE("a leader that was asleep beyond its deadline looks before it leads again") {
  Rig rig;
  rig.lead().wait(1h);
  CHECK_FALSE(rig.steps.may_act(rig.now));
  rig.begin();
  CHECK_FALSE(rig.steps.leading());
  CHECK(rig.step.what == What::get);
}

TEST_CASE("what is released is what was fetched, and only if it is ours") {
  Rig rig;
  rig.lead();
  rig.steps.resign("stopping", rig.now);
  CHECK_FALSE(rig.steps.leading());
  CHECK_FALSE(rig.steps.released(lease_of("other"), rig.moment().wall));
  json::value ours = lease_of("me");
  ours.at("spec").as_object()["strategy"] = "OldestEmulationVersion";
  const auto free = rig.steps.released(ours, rig.moment().wall);
  REQUIRE(free);
  json::object& spec = ours.at("spec").as_object();
  spec["holderIdentity"] = "";
  spec["leaseDurationSeconds"] = 1;
  spec["acquireTime"] = spec["renewTime"] = micro_time(rig.moment().wall);
  CHECK(*free == ours);
}

TEST_CASE("an election is sick when it leads without having renewed for long") {
  Rig rig;
  CHECK_FALSE(rig.steps.sick(rig.now));
  rig.lead();
  CHECK_FALSE(rig.steps.sick(rig.now + 35s));
  CHECK(rig.steps.sick(rig.now + 36s) == "leading, but the lease was last renewed 36s ago");
  rig.steps.resign("stopping", rig.now);
  CHECK_FALSE(rig.steps.sick(rig.now + 36s));
}

}  // namespace
}  // namespace kube
