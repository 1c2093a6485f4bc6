#include "snapshot/content_interest.hpp"

#include <random>

#include <catch2/catch.hpp>

#include "snapshot/content_plan.hpp"
#include "tests/support/contents.hpp"

using namespace tests;
using snapshot::ContentView;

namespace {

// Everything that a content may carry, each to be switched on or off.
std::vector<std::pair<const char*, Change>> ingredients(bool group) {
  return {
      {"being created", being_created()},
      {"being deleted", being_deleted()},
      {"deletion", deletion_requested()},
      {"handle", handle("s-1")},
      {"ready", ready()},
      {"not ready", not_ready()},
      {"retain", retain()},
      {"unbound", unbound()},
      {"no finalizer", no_finalizer()},
      {"foreign finalizer", foreign_finalizer()},
      {"error", error("x")},
      {"pre-provisioned", group ? preprovisioned_group("p-1", {"m-1"}) : preprovisioned("p-1")},
      {"member", group_member()},
      {"group handle", group_handle()},
      {"other driver", driver("other.example.com")},
  };
}

}  // namespace

TEST_CASE("a content needs work exactly when the plan would do something, for every combination") {
  const bool group = GENERATE(false, true);
  const snapshot::ContentKind& kind = group ? snapshot::grouped : snapshot::individual;
  const snapshot::SnapshotClass fast(driver_name, {});
  snapshot::PlanOptions options;
  options.driver = driver_name;
  const auto all = ingredients(kind.group);
  for (unsigned mask = 0; mask < (1U << all.size()); ++mask) {
    boost::json::value content = kind.group ? group_content_with() : content_with();
    std::string sentence;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!(mask & (1U << i))) continue;
      all[i].second(content);
      sentence += std::string(all[i].first) + ", ";
    }
    const ContentView view(content, kind);
    const snapshot::Action action = plan(view, &fast, options, snapshot::Pass());
    const bool would_act = !std::holds_alternative<snapshot::Settle>(action);
    if (snapshot::needs_work(view, driver_name) == would_act) continue;
    FAIL_CHECK(sentence << "plan: " << describe(action));
  }
}

TEST_CASE("the state of a content, for people and metrics") {
  struct Row {
    const char* sentence;
    boost::json::value content;
    std::string_view expected;
  };
  const Row table[] = {
      {"new", content_with(), "pending"},
      {"marked", content_with({being_created()}), "creating"},
      {"failed before", content_with({error("x"), not_ready()}), "pending"},
      {"cut", content_with({handle("s"), not_ready()}), "waiting"},
      {"ready", content_with({handle("s"), ready()}), "ready"},
      {"ready, marked", content_with({handle("s"), ready(), being_created()}), "ready"},
      {"on its way out", content_with({handle("s"), ready(), being_deleted()}), "deleting"},
      {"deletion asked for, not allowed",
       content_with({handle("s"), ready(), deletion_requested()}), "ready"},
      {"deletion asked for before anything was begun", content_with({deletion_requested()}),
       "standing"},
      {"pre-provisioned, not checked yet", content_with({preprovisioned("p")}), "waiting"},
      {"a group's member without a handle", content_with({group_member()}), "standing"},
      {"a group's member with one", content_with({group_member(), handle("s")}), "waiting"},
      {"another driver's", content_with({driver("other.example.com")}), "foreign"},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    CHECK(to_string(state_of(ContentView(row.content), driver_name)) == row.expected);
  }
}

TEST_CASE("only what others decide changes the intent") {
  const std::uint64_t before = intent(ContentView(content_with()));
  struct Row {
    const char* sentence;
    Change change;
    bool changes;
  };
  const Row table[] = {
      {"deletion is asked for", deletion_requested(), true},
      {"deletion is allowed", being_deleted(), true},
      {"policy", retain(), true},
      {"class", class_name("slow"), true},
      {"secret", secret("ns", "creds"), true},
      {"bound to another", unbound(), true},
      {"our own mark", being_created(), false},
      {"our own status", handle("s-1"), false},
      {"an error", error("x"), false},
      {"a foreign annotation", annotation("example.com/note", "x"), false},
      {"a foreign finalizer", foreign_finalizer(), false},
      {"a new version", at_version("8"), false},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    CHECK((intent(ContentView(content_with({row.change}))) != before) == row.changes);
  }
}
