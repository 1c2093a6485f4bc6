#include "kube/cache/work_cache.hpp"

#include <functional>
#include <vector>

#include <catch2/catch.hpp>

#include "base/json.hpp"
#include "tests/unit/kube/cache/thing.hpp"

using kube::EventType;
using kube::News;
using kube::Verdict;

namespace {

constexpr std::uint8_t todo = 1, ready = 2;

Verdict classify(const boost::json::value& object) {
  const std::string_view state = base::text(object, "state");
  Verdict verdict;
  verdict.intent = std::hash<std::string_view>()(base::text(object, "spec", "intent"));
  if (state == "todo") {
    verdict.fate = Verdict::Fate::unfinished;
    verdict.state = todo;
  } else if (state == "ready") {
    verdict.fate = Verdict::Fate::settled;
    verdict.state = ready;
  }
  return verdict;
}

// A cache, what it told its owner, and what it holds, in words.
class World {
 public:
  void list(const std::vector<Thing>& things, const std::string& version) {
    cache.begin_list();
    page(things);
    cache.end_list(version);
  }
  void page(const std::vector<Thing>& things) {
    for (const Thing& thing : things) cache.item(thing.json());
  }
  void added(const Thing& thing) { cache.event(EventType::added, thing.json()); }
  void modified(const Thing& thing) { cache.event(EventType::modified, thing.json()); }
  void deleted(const Thing& thing) { cache.event(EventType::deleted, thing.json()); }
  void wrote(const Thing& thing) { cache.observe(thing.json()); }

  // "a@10", or "-"
  std::string held(const std::string& key = "a") const {
    const kube::WorkCache::Object object = cache.find(key);
    if (!object) return "-";
    return key + "@" + std::string(base::text(*object, "metadata", "resourceVersion"));
  }

  std::vector<std::string> news;
  kube::WorkCache cache{classify, [this](const std::string& key, News what) {
                          const char* words[] = {" appeared", " changed", " vanished"};
                          news.push_back(key + words[static_cast<int>(what)]);
                        }};
};

using Strings = std::vector<std::string>;

Thing thing(std::string version, std::string state = "todo", std::string intent = "keep") {
  return Thing{"a", "u1", std::move(version), std::move(state), std::move(intent)};
}
// The second object of that name.
Thing reborn(std::string version, std::string state = "todo") {
  return Thing{"a", "u2", std::move(version), std::move(state)};
}

}  // namespace

TEST_CASE("what the owner is told, and what is held afterwards") {
  struct Row {
    const char* sentence;
    std::function<void(World&)> happens;
    Strings news;
    std::string held;
    std::size_t settled;
  };
  const Row table[] = {
      {"unfinished objects of the first list appear",
       [](World& w) { w.list({thing("10")}, "20"); },
       {"a appeared"},
       "a@10",
       0},
      {"settled ones are only counted",
       [](World& w) { w.list({thing("10", "ready")}, "20"); },
       {},
       "-",
       1},
      {"foreign ones leave nothing",
       [](World& w) { w.list({thing("10", "theirs")}, "20"); },
       {},
       "-",
       0},
      {"a relist of the same is quiet",
       [](World& w) {
         w.list({thing("10")}, "20");
         w.list({thing("10")}, "30");
       },
       {"a appeared"},
       "a@10",
       0},
      {"a status echo or a foreign annotation refreshes in silence",
       [](World& w) {
         w.added(thing("10"));
         w.modified(thing("11"));
       },
       {"a appeared"},
       "a@11",
       0},
      {"a change of intent is news",
       [](World& w) {
         w.added(thing("10"));
         w.modified(thing("11", "todo", "delete"));
       },
       {"a appeared", "a changed"},
       "a@11",
       0},
      {"an object finished by somebody else is settled in silence",
       [](World& w) {
         w.added(thing("10"));
         w.modified(thing("11", "ready"));
       },
       {"a appeared"},
       "-",
       1},
      {"a settled object that has work again appears",
       [](World& w) {
         w.added(thing("10", "ready"));
         w.modified(thing("11"));
       },
       {"a appeared"},
       "a@11",
       0},
      {"a deletion of an unfinished object is news",
       [](World& w) {
         w.added(thing("10"));
         w.deleted(thing("11"));
       },
       {"a appeared", "a vanished"},
       "-",
       0},
      {"a deletion of a settled object is none",
       [](World& w) {
         w.added(thing("10", "ready"));
         w.deleted(thing("11", "ready"));
       },
       {},
       "-",
       0},
      {"an object that became somebody else's is dropped",
       [](World& w) {
         w.added(thing("10"));
         w.modified(thing("11", "theirs"));
       },
       {"a appeared", "a vanished"},
       "-",
       0},
      {"what a relist no longer names has vanished",
       [](World& w) {
         w.list({thing("10"), {"b", "u9", "11", "ready"}}, "20");
         w.list({}, "30");
       },
       {"a appeared", "a vanished"},
       "-",
       0},
      {"an unfinished list removes nothing",
       [](World& w) {
         w.list({thing("10")}, "20");
         w.cache.begin_list();
         w.page({});
       },
       {"a appeared"},
       "a@10",
       0},
      {"what only a broken-off list named does not survive the whole one",
       [](World& w) {
         w.list({thing("10")}, "20");
         w.cache.begin_list();
         w.page({thing("10")});
         w.list({}, "30");
       },
       {"a appeared", "a vanished"},
       "-",
       0},
      {"ADDED for a known object is an update, MODIFIED for an unknown one an add",
       [](World& w) {
         w.modified(thing("10"));
         w.added(thing("11"));
       },
       {"a appeared"},
       "a@11",
       0},
      {"a bookmark is no object",
       [](World& w) { w.cache.event(EventType::bookmark, thing("10").json()); },
       {},
       "-",
       0},
      {"an object without uid or name is passed over",
       [](World& w) {
         w.added({"a", "", "10"});
         w.added({"", "u1", "10"});
         w.cache.event(EventType::added, boost::json::value("no object"));
       },
       {},
       "-",
       0},

      // Own writes.
      {"the reply to a write is taken in without news, and so is its echo",
       [](World& w) {
         w.added(thing("10"));
         w.wrote(thing("12", "todo", "delete"));
         w.modified(thing("12", "todo", "delete"));
       },
       {"a appeared"},
       "a@12",
       0},
      {"events from before the write do not set it back",
       [](World& w) {
         w.added(thing("10"));
         w.wrote(thing("12"));
         w.modified(thing("11", "todo", "delete"));
       },
       {"a appeared"},
       "a@12",
       0},
      {"a write that settles is not undone by an older event",
       [](World& w) {
         w.added(thing("10"));
         w.wrote(thing("12", "ready"));
         w.modified(thing("11"));
         w.modified(thing("12", "ready"));
       },
       {"a appeared"},
       "-",
       1},
      {"a reply that was overtaken by a newer event is passed over",
       [](World& w) {
         w.added(thing("10"));
         w.modified(thing("13", "todo", "delete"));
         w.wrote(thing("12"));
       },
       {"a appeared", "a changed"},
       "a@13",
       0},
      {"a reply that was overtaken by the event that settles does not unsettle",
       [](World& w) {
         w.added(thing("10"));
         w.modified(thing("13", "ready"));
         w.wrote(thing("12"));
       },
       {"a appeared"},
       "-",
       1},
      {"a reply after the DELETED event does not raise a ghost",
       [](World& w) {
         w.added(thing("10"));
         w.deleted(thing("13"));
         w.wrote(thing("12"));
       },
       {"a appeared", "a vanished"},
       "-",
       0},
      {"a reply after the relist that no longer names it raises none either",
       [](World& w) {
         w.list({thing("10")}, "20");
         w.list({}, "30");
         w.wrote(thing("25"));
       },
       {"a appeared", "a vanished"},
       "-",
       0},
      {"after a 404 the events still on their way raise none either",
       [](World& w) {
         w.added(thing("10"));
         w.cache.forget("a", "u1");
         w.modified(thing("11"));
         w.deleted(thing("12"));
         w.modified(thing("11"));
       },
       {"a appeared"},
       "-",
       0},
      {"nor does a page of a list that was read before the 404",
       [](World& w) {
         w.cache.begin_list();
         w.cache.forget("a", "u1");
         w.page({thing("10")});
         w.cache.end_list("20");
       },
       {},
       "-",
       0},
      {"a 404 for the object before does not touch the one that has the name now",
       [](World& w) {
         w.added(reborn("20"));
         w.cache.forget("a", "u1");
       },
       {"a appeared"},
       "a@20",
       0},
      {"a list page older than an own write does not set it back",
       [](World& w) {
         w.added(thing("10"));
         w.cache.begin_list();
         w.wrote(thing("25"));
         w.page({thing("10")});
         w.cache.end_list("20");
       },
       {"a appeared"},
       "a@25",
       0},
      {"an object created after the list's version survives the list",
       [](World& w) {
         w.cache.begin_list();
         w.wrote(thing("25"));
         w.cache.end_list("20");
       },
       {},
       "a@25",
       0},
      {"so does one that was created and settled",
       [](World& w) {
         w.cache.begin_list();
         w.wrote(thing("25", "ready"));
         w.cache.end_list("20");
       },
       {},
       "-",
       1},
      {"a late reply about an object that the list already misses does not keep it",
       [](World& w) {
         w.cache.begin_list();
         w.wrote(thing("15"));
         w.cache.end_list("20");
       },
       {"a vanished"},
       "-",
       0},

      // One name, two objects.
      {"a re-created object is another one",
       [](World& w) {
         w.added(thing("10"));
         w.modified(reborn("20"));
       },
       {"a appeared", "a vanished", "a appeared"},
       "a@20",
       0},
      {"even if its intent is the same, also in a list",
       [](World& w) {
         w.list({thing("10")}, "15");
         w.list({reborn("20")}, "30");
       },
       {"a appeared", "a vanished", "a appeared"},
       "a@20",
       0},
      {"a late deletion of the first does not take the second",
       [](World& w) {
         w.added(thing("10"));
         w.wrote(reborn("20"));
         w.deleted(thing("15"));
       },
       {"a appeared"},
       "a@20",
       0},
      {"a late event of the first does not bring it back",
       [](World& w) {
         w.wrote(reborn("20"));
         w.modified(thing("12"));
       },
       {},
       "a@20",
       0},
      {"a late reply for the first does not bring it back, even after both are gone",
       [](World& w) {
         w.added(thing("10"));
         w.added(reborn("20"));
         w.deleted(reborn("30"));
         w.wrote(thing("12"));
       },
       {"a appeared", "a vanished", "a appeared", "a vanished"},
       "-",
       0},
      {"a list page that still has the first does not replace the second",
       [](World& w) {
         w.cache.begin_list();
         w.wrote(reborn("25"));
         w.page({thing("10")});
         w.cache.end_list("20");
       },
       {},
       "a@25",
       0},

      // Selections.
      {"an object that left the selection and came back is not held for dead",
       [](World& w) {
         w.added(thing("10"));
         w.deleted(thing("11"));
         w.added(thing("12"));
       },
       {"a appeared", "a vanished", "a appeared"},
       "a@12",
       0},

      // Versions.
      {"versions beyond 64 bits are compared like any other",
       [](World& w) {
         w.wrote(thing("100000000000000000002", "ready"));
         w.modified(thing("100000000000000000001"));
       },
       {},
       "-",
       1},
      {"versions that are no numbers: what comes last stands",
       [](World& w) {
         w.added(thing("x"));
         w.modified(thing("v", "ready"));
         w.modified(thing("w"));
       },
       {"a appeared", "a appeared"},
       "a@w",
       0},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    World world;
    row.happens(world);
    CHECK(world.news == row.news);
    CHECK(world.held() == row.held);
    CHECK(world.cache.settled() == row.settled);
    CHECK(world.cache.count(ready) == row.settled);
    CHECK(world.cache.count(todo) == world.cache.unfinished());
  }
}

TEST_CASE("observe() answers with the newest state there is") {
  World world;
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
  World world;
  world.added(thing("10"));
  const kube::WorkCache::Object before = world.cache.find("a");
  world.modified(thing("11", "ready"));
  CHECK(base::text(*before, "metadata", "resourceVersion") == "10");
}

TEST_CASE("managedFields are not kept, all else is") {
  World world;
  world.added(thing("10"));
  const kube::WorkCache::Object object = world.cache.find("a");
  CHECK(base::member(*object, "metadata", "managedFields") == nullptr);
  CHECK(base::text(*object, "metadata", "uid") == "u1");
  CHECK(base::text(*object, "spec", "intent") == "keep");
}

TEST_CASE("objects of different namespaces are different, and all unfinished ones are visited") {
  World world;
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
