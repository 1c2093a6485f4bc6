#include <algorithm>
#include <map>
#include <optional>
#include <random>

#include "tests/unit/kube/cache/work_cache_world.hpp"

namespace {

struct Change {
  bool deletion = false;
  Thing thing;
};

// One random history: an API server that others write to as well, a watch that lags, lists that are
// older than it, in pages and sometimes broken off, and an owner whose replies come late.
class History {
 public:
  explicit History(unsigned seed) : random_(seed) {}

  void run() {
    for (int step = 0; step < 300; ++step) {
      CAPTURE(step);
      act();
      check_nothing_went_back();
    }
    come_to_rest();
    check_all_is_known();
  }

 private:
  void act() {
    switch (below(10)) {
      case 0:
      case 1:
      case 2:
        return somebody_writes();
      case 3:
      case 4:
        return owner_writes();
      case 5:
        return reply_arrives();
      case 6:
        return begin_list();
      default:
        return listing_ ? list_goes_on() : event_arrives();
    }
  }

  void somebody_writes() {
    const std::string name(1, static_cast<char>('a' + below(4)));
    const auto found = server_.find(name);
    if (found == server_.end())
      return put(Thing{name, "u" + std::to_string(++uids_), "", any_state(), any_intent()});
    Thing thing = found->second;
    if (below(3) == 0) return remove(thing);
    if (below(2) == 0) thing.state = any_state();
    if (below(2) == 0) thing.intent = any_intent();
    put(thing);
  }

  // Like a patch that carries the uid. One write at a time per object.
  void owner_writes() {
    const std::string name(1, static_cast<char>('a' + below(4)));
    const kube::WorkCache::Object held = world_.cache.find(name);
    if (!held || replies_.count(name) > 0) return;
    const std::string uid(base::text(*held, "metadata", "uid"));
    const auto found = server_.find(name);
    if (found == server_.end() || found->second.uid != uid) {
      replies_[name] = {true, Thing{name, uid}};  // a 404
      return;
    }
    Thing thing = found->second;
    if (below(2) == 0 && thing.state == "todo") thing.state = "ready";
    put(thing);
    replies_[name] = {false, server_[name]};
  }

  void reply_arrives() {
    if (replies_.empty()) return;
    const auto some = std::next(replies_.begin(), below(static_cast<int>(replies_.size())));
    const Change reply = some->second;
    replies_.erase(some);
    if (reply.deletion) return world_.cache.forget(reply.thing.name, reply.thing.uid);
    if (const auto newest = world_.cache.observe(reply.thing.json()))
      known_intent_[reply.thing.name] = base::text(*newest, "spec", "intent");
  }

  void event_arrives() {
    if (position_ == log_.size()) return;
    const Change& change = log_[position_++];
    change.deletion ? world_.deleted(change.thing) : world_.modified(change.thing);
    hear_news();
  }

  // The server answers from a state that is not older than what the watch has shown.
  void begin_list() {
    listing_ = true;
    position_ += static_cast<std::size_t>(below(static_cast<int>(log_.size() - position_) + 1));
    std::map<std::string, Thing> then;
    for (std::size_t n = 0; n < position_; ++n) {
      then[log_[n].thing.name] = log_[n].thing;
      if (log_[n].deletion) then.erase(log_[n].thing.name);
    }
    pages_.clear();
    for (const auto& [name, thing] : then) pages_.push_back(thing);
    std::shuffle(pages_.begin(), pages_.end(), random_);
    world_.cache.begin_list();
  }
  void list_goes_on() {
    if (pages_.empty()) {
      listing_ = false;
      world_.cache.end_list(std::to_string(position_ + 100));
    } else {
      world_.cache.item(pages_.back().json());
      pages_.pop_back();
    }
    hear_news();
  }

  void come_to_rest() {
    while (!replies_.empty()) reply_arrives();
    while (listing_) list_goes_on();
    while (position_ < log_.size()) event_arrives();
  }

  // What is held of one object never gets older.
  void check_nothing_went_back() {
    world_.cache.for_each_unfinished([&](const std::string&, const boost::json::value& object) {
      const std::string uid(base::text(object, "metadata", "uid"));
      const int version = std::stoi(std::string(base::text(object, "metadata", "resourceVersion")));
      REQUIRE(version >= newest_held_[uid]);
      newest_held_[uid] = version;
    });
  }

  void check_all_is_known() {
    std::size_t unfinished = 0, settled = 0;
    for (const auto& [name, thing] : server_) {
      CAPTURE(name);
      if (thing.state == "ready") ++settled;
      if (thing.state != "todo") continue;
      ++unfinished;
      REQUIRE(world_.held(name) == name + "@" + thing.version);
      REQUIRE(known_intent_[name] == thing.intent);
    }
    REQUIRE(world_.cache.unfinished() == unfinished);
    REQUIRE(world_.cache.settled() == settled);
    REQUIRE(world_.cache.count(todo) == unfinished);
    REQUIRE(world_.cache.count(ready) == settled);
  }

  void hear_news() {
    for (const std::string& news : std::exchange(world_.news, {})) {
      const std::string name = news.substr(0, 1);
      if (const auto object = world_.cache.find(name))
        known_intent_[name] = base::text(*object, "spec", "intent");
    }
  }

  void put(Thing thing) {
    thing.version = next_version();
    server_[thing.name] = thing;
    log_.push_back({false, thing});
  }
  void remove(Thing thing) {
    thing.version = next_version();
    server_.erase(thing.name);
    log_.push_back({true, thing});
  }
  std::string next_version() const { return std::to_string(log_.size() + 101); }
  std::string any_state() {
    const char* states[] = {"todo", "todo", "ready", "theirs"};
    return states[below(4)];
  }
  std::string any_intent() { return below(2) == 0 ? "keep" : "delete"; }
  int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }

  std::mt19937 random_;
  std::map<std::string, Thing> server_;
  std::vector<Change> log_;  // version 101 is its first entry
  std::map<std::string, Change> replies_;
  std::size_t position_ = 0;  // how much of the log the cache has been told
  bool listing_ = false;
  std::vector<Thing> pages_;
  int uids_ = 0;
  WorkCacheWorld world_;
  std::map<std::string, int> newest_held_;           // by uid
  std::map<std::string, std::string> known_intent_;  // what the owner believes
};

}  // namespace

TEST_CASE("after any history the cache agrees with the server, and its owner knows") {
  const unsigned first_seed = std::random_device()();
  for (unsigned seed = first_seed; seed != first_seed + 500; ++seed) {
    CAPTURE(seed);
    History(seed).run();
  }
}
