#include "kube/cache/work_cache.hpp"

#include <algorithm>
#include <memory>

#include "tests/unit/kube/cache/work_cache_world.hpp"

using kube::EventType;
using kube::News;

TEST_CASE("what the owner is told, and what is held afterwards") {
  check({
      {"unfinished objects of the first list appear",
       [](WorkCacheWorld& w) { w.list({thing("10")}, "20"); },
       {"a appeared"},
       "a@10",
       0},
      {"settled ones are only counted",
       [](WorkCacheWorld& w) { w.list({thing("10", "ready")}, "20"); },
       {},
       "-",
       1},
      {"foreign ones leave nothing",
       [](WorkCacheWorld& w) { w.list({thing("10", "theirs")}, "20"); },
       {},
       "-",
       0},
      {"a relist of the same is quiet",
       [](WorkCacheWorld& w) {
         w.list({thing("10")}, "20");
         w.list({thing("10")}, "30");
       },
       {"a appeared"},
       "a@10",
       0},
      {"a status echo or a foreign annotation refreshes in silence",
       [](WorkCacheWorld& w) {
         w.added(thing("10"));
         w.modified(thing("11"));
       },
       {"a appeared"},
       "a@11",
       0},
      {"a change of intent is news",
       [](WorkCacheWorld& w) {
         w.added(thing("10"));
         w.modified(thing("11", "todo", "delete"));
       },
       {"a appeared", "a changed"},
       "a@11",
       0},
      {"an object finished by somebody else is settled in silence",
       [](WorkCacheWorld& w) {
         w.added(thing("10"));
         w.modified(thing("11", "ready"));
       },
       {"a appeared"},
       "-",
       1},
      {"a settled object that has work again appears",
       [](WorkCacheWorld& w) {
         w.added(thing("10", "ready"));
         w.modified(thing("11"));
       },
       {"a appeared"},
       "a@11",
       0},
      {"a deletion of an unfinished object is news",
       [](WorkCacheWorld& w) {
         w.added(thing("10"));
         w.deleted(thing("11"));
       },
       {"a appeared", "a vanished"},
       "-",
       0},
      {"a deletion of a settled object is none",
       [](WorkCacheWorld& w) {
         w.added(thing("10", "ready"));
         w.deleted(thing("11", "ready"));
       },
       {},
       "-",
       0},
      {"an object that became somebody else's is dropped",
       [](WorkCacheWorld& w) {
         w.added(thing("10"));
         w.modified(thing("11", "theirs"));
       },
       {"a appeared", "a vanished"},
       "-",
       0},
      {"what a relist no longer names has vanished",
       [](WorkCacheWorld& w) {
         w.list({thing("10"), {"b", "u9", "11", "ready"}}, "20");
         w.list({}, "30");
       },
       {"a appeared", "a vanished"},
       "-",
       0},
      {"an unfinished list removes nothing",
       [](WorkCacheWorld& w) {
         w.list({thing("10")}, "20");
         w.cache.begin_list();
         w.page({});
       },
       {"a appeared"},
       "a@10",
       0},
      {"what only a broken-off list named does not survive the whole one",
       [](WorkCacheWorld& w) {
         w.list({thing("10")}, "20");
         w.cache.begin_list();
         w.page({thing("10")});
         w.list({}, "30");
       },
       {"a appeared", "a vanished"},
       "-",
       0},
      {"ADDED for a known object is an update, MODIFIED for an unknown one an add",
       [](WorkCacheWorld& w) {
         w.modified(thing("10"));
         w.added(thing("11"));
       },
       {"a appeared"},
       "a@11",
       0},
      {"a bookmark is no object",
       [](WorkCacheWorld& w) { w.cache.event(EventType::bookmark, thing("10").json()); },
       {},
       "-",
       0},
      {"an object without uid or name is passed over",
       [](WorkCacheWorld& w) {
         w.added({"a", "", "10"});
         w.added({"", "u1", "10"});
         w.cache.event(EventType::added, boost::json::value("no object"));
       },
       {},
       "-",
       0},
  });
}

TEST_CASE("observe() answers with the newest state there is") {
  WorkCacheWorld world;
  CHECK(world.cache.observe(thing("10").json()) != nullptr);
  world.modified(thing("13"));
  const kube::WorkCache::Object newest = world.cache.observe(thing("12").json());
  REQUIRE(newest);
  CHECK(base::text(*newest, "metadata", "resourceVersion") == "13");
  CHECK(world.cache.observe(thing("14", "ready").json()) == nullptr);
  CHECK(world.cache.observe(boost::json::value()) == nullptr);
}

TEST_CASE("news comes after the cache has the change") {
  std::vector<bool> found;
  std::unique_ptr<kube::WorkCache> cache;
  cache = std::make_unique<kube::WorkCache>(classify, [&](const std::string& key, News) {
    found.push_back(cache->find(key) != nullptr);
  });
  cache->event(EventType::added, thing("10").json());
  cache->event(EventType::deleted, thing("11").json());
  CHECK(found == std::vector<bool>{true, false});
}

TEST_CASE("a reader keeps the state it has read, and the cache the next one") {
  WorkCacheWorld world;
  world.added(thing("10"));
  const kube::WorkCache::Object before = world.cache.find("a");
  world.modified(thing("11", "ready"));
  CHECK(base::text(*before, "metadata", "resourceVersion") == "10");
}

TEST_CASE("managedFields are not kept, all else is") {
  WorkCacheWorld world;
  world.added(thing("10"));
  const kube::WorkCache::Object object = world.cache.find("a");
  CHECK(base::member(*object, "metadata", "managedFields") == nullptr);
  CHECK(base::text(*object, "metadata", "uid") == "u1");
  CHECK(base::text(*object, "spec", "intent") == "keep");
}

TEST_CASE("objects of different namespaces are different, and all unfinished ones are visited") {
  WorkCacheWorld world;
  for (const char* space : {"x", "y"}) {
    boost::json::value object = Thing{"a", space, "10"}.json();
    object.at("metadata").as_object()["namespace"] = space;
    world.cache.item(std::move(object));
  }
  world.added({"b", "u7", "11", "ready"});
  std::vector<std::string> keys;
  world.cache.for_each_unfinished(
      [&](const std::string& key, const boost::json::value&) { keys.push_back(key); });
  std::sort(keys.begin(), keys.end());
  CHECK(keys == Strings{"x/a", "y/a"});
}
