#pragma once

#include <functional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/json.hpp"
#include "kube/cache/work_cache.hpp"
#include "tests/unit/kube/cache/thing.hpp"

inline constexpr std::uint8_t todo = 1, ready = 2;

inline kube::Verdict classify(const boost::json::value& object) {
  const std::string_view state = base::text(object, "state");
  kube::Verdict verdict;
  verdict.intent = std::hash<std::string_view>()(base::text(object, "spec", "intent"));
  if (state == "todo") {
    verdict.fate = kube::Verdict::Fate::unfinished;
    verdict.state = todo;
  } else if (state == "ready") {
    verdict.fate = kube::Verdict::Fate::settled;
    verdict.state = ready;
  }
  return verdict;
}

// A cache, what it told its owner, and what it holds, in words.
class WorkCacheWorld {
 public:
  void list(const std::vector<Thing>& things, const std::string& version) {
    cache.begin_list();
    page(things);
    cache.end_list(version);
  }
  void page(const std::vector<Thing>& things) {
    for (const Thing& thing : things) cache.item(thing.json());
  }
  void added(const Thing& thing) { cache.event(kube::EventType::added, thing.json()); }
  void modified(const Thing& thing) { cache.event(kube::EventType::modified, thing.json()); }
  void deleted(const Thing& thing) { cache.event(kube::EventType::deleted, thing.json()); }
  void wrote(const Thing& thing) { cache.observe(thing.json()); }

  // "a@10", or "-"
  std::string held(const std::string& key = "a") const {
    const kube::WorkCache::Object object = cache.find(key);
    if (!object) return "-";
    return key + "@" + std::string(base::text(*object, "metadata", "resourceVersion"));
  }

  std::vector<std::string> news;
  kube::WorkCache cache{classify, [this](const std::string& key, kube::News what) {
                          const char* words[] = {" appeared", " changed", " vanished"};
                          news.push_back(key + words[static_cast<int>(what)]);
                        }};
};

using Strings = std::vector<std::string>;

inline Thing thing(std::string version, std::string state = "todo", std::string intent = "keep") {
  return Thing{"a", "u1", std::move(version), std::move(state), std::move(intent)};
}
// The second object of that name.
inline Thing reborn(std::string version, std::string state = "todo") {
  return Thing{"a", "u2", std::move(version), std::move(state)};
}

struct WorkCacheRow {
  const char* sentence;
  std::function<void(WorkCacheWorld&)> happens;
  Strings news;
  std::string held;
  std::size_t settled;
};

inline void check(const std::vector<WorkCacheRow>& table) {
  for (const WorkCacheRow& row : table) {
    INFO(row.sentence);
    WorkCacheWorld world;
    row.happens(world);
    CHECK(world.news == row.news);
    CHECK(world.held() == row.held);
    CHECK(world.cache.settled() == row.settled);
    CHECK(world.cache.count(ready) == row.settled);
    CHECK(world.cache.count(todo) == world.cache.unfinished());
  }
}
