#include "kube/cache/store.hpp"

#include <algorithm>
#include <functional>
#include <vector>

#include <catch2/catch.hpp>

#include "base/json.hpp"
#include "tests/unit/kube/cache/thing.hpp"

using kube::EventType;

namespace {

struct World {
  void list(const std::vector<Thing>& things) {
    store.begin_list();
    for (const Thing& thing : things) store.item(thing.json());
    store.end_list("99");
  }
  void event(EventType type, const Thing& thing) { store.event(type, thing.json()); }

  // "a@10 b@11"
  std::string held() const {
    std::vector<std::string> all;
    store.for_each([&](const std::string& key, const boost::json::value& object) {
      all.push_back(key + "@" + std::string(base::text(object, "metadata", "resourceVersion")));
    });
    std::sort(all.begin(), all.end());
    std::string text;
    for (const std::string& one : all) text += (text.empty() ? "" : " ") + one;
    return text;
  }

  std::vector<std::string> changed;
  kube::Store store{[this](const std::string& key) { changed.push_back(key); }};
};

const Thing a10{"a", "u1", "10"};
const Thing a11{"a", "u1", "11"};
const Thing a12_again{"a", "u2", "12"};
const Thing b10{"b", "u9", "10"};

}  // namespace

TEST_CASE("what a store holds, and which changes it tells of") {
  struct Row {
    const char* sentence;
    std::function<void(World&)> happens;
    std::string held;
    std::vector<std::string> changed;
  };
  const Row table[] = {
      {"a list fills it", [](World& w) { w.list({a10}); }, "a@10", {"a"}},
      {"a list under way does not show",
       [](World& w) {
         w.list({a10});
         w.store.begin_list();
         w.store.item(b10.json());
       },
       "a@10",
       {"a"}},
      {"a list that was broken off leaves nothing behind",
       [](World& w) {
         w.store.begin_list();
         w.store.item(b10.json());
         w.list({a10});
       },
       "a@10",
       {"a"}},
      {"the same list again is quiet",
       [](World& w) {
         w.list({a10});
         w.list({a10});
       },
       "a@10",
       {"a"}},
      {"what a list no longer names is gone",
       [](World& w) {
         w.list({a10});
         w.list({});
       },
       "",
       {"a", "a"}},
      {"a list that names another version is a change",
       [](World& w) {
         w.list({a10});
         w.list({a11});
       },
       "a@11",
       {"a", "a"}},
      {"a re-created object is a change",
       [](World& w) {
         w.list({a10});
         w.event(EventType::modified, a12_again);
       },
       "a@12",
       {"a", "a"}},
      {"ADDED for a known object replaces it",
       [](World& w) {
         w.list({a10});
         w.event(EventType::added, a11);
       },
       "a@11",
       {"a", "a"}},
      {"the same version again is quiet",
       [](World& w) {
         w.list({a10});
         w.event(EventType::modified, a10);
       },
       "a@10",
       {"a"}},
      {"MODIFIED for an unknown object adds it",
       [](World& w) { w.event(EventType::modified, b10); },
       "b@10",
       {"b"}},
      {"DELETED removes",
       [](World& w) {
         w.list({a10, b10});
         w.changed.clear();
         w.event(EventType::deleted, a11);
         w.event(EventType::deleted, a11);
       },
       "b@10",
       {"a"}},
      {"a bookmark is no object", [](World& w) { w.event(EventType::bookmark, a10); }, "", {}},
      {"an object without a name is passed over",
       [](World& w) {
         w.list({{"", "u1", "10"}});
         w.event(EventType::added, {"", "u1", "10"});
       },
       "",
       {}},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    World world;
    row.happens(world);
    CHECK(world.held() == row.held);
    CHECK(world.changed == row.changed);
  }
}

TEST_CASE("readers of a store get the whole object but for managedFields, and keep what they got") {
  World world;
  world.list({a10});
  const kube::Store::Object before = world.store.find("a");
  world.event(EventType::deleted, a11);
  REQUIRE(before);
  CHECK(base::text(*before, "spec", "intent") == "keep");
  CHECK(base::member(*before, "metadata", "managedFields") == nullptr);
  CHECK(world.store.find("a") == nullptr);
}

TEST_CASE("a change is told when the store has all of it") {
  std::vector<std::size_t> sizes;
  std::unique_ptr<kube::Store> store;
  store =
      std::make_unique<kube::Store>([&](const std::string&) { sizes.push_back(store->size()); });
  store->begin_list();
  store->item(a10.json());
  store->item(b10.json());
  store->end_list("20");
  CHECK(sizes == std::vector<std::size_t>{2, 2});
}
