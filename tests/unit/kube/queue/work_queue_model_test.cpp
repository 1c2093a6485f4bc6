#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

#include <catch2/catch.hpp>

#include "kube/queue/work_queue_steps.hpp"

using namespace std::chrono_literals;
using kube::Outcome;
using kube::Urgency;

namespace {

constexpr base::Instant start{std::chrono::hours(1)};
constexpr kube::BackoffOptions backoff{1s, 1min};

using Keys = std::vector<std::string>;
using Nanoseconds = std::chrono::nanoseconds;

// The same rules once more, told key by key and without a thought for speed.
class Model {
 public:
  void add(const std::string& key, Urgency urgency) {
    if (shut) return;
    Key& k = keys[key];
    if (urgency == Urgency::routine && k.due) return;
    k.due.reset();
    want(key, urgency == Urgency::news);
  }
  void add_after(const std::string& key, Nanoseconds wait, base::Instant now) {
    if (shut) return;
    Key& k = keys[key];
    if (wait <= 0s) {
      k.due.reset();
      want(key, false);
    } else if (!k.due || now + wait < *k.due) {
      k.due = now + wait;
      k.due_since = ++ticks;
    }
  }
  std::optional<std::string> get(base::Instant now) {
    while (const std::optional<std::string> due = first_due(now)) {
      keys[*due].due.reset();
      want(*due, false);
    }
    if (waiting.empty()) return std::nullopt;
    const std::string key = waiting.front();
    waiting.erase(waiting.begin());
    keys[key].in_hand = true;
    return key;
  }
  void done(const std::string& key, Outcome outcome, base::Instant now) {
    Key& k = keys[key];
    k.in_hand = false;
    const bool again = k.again, news = k.news_again;
    k.again = k.news_again = false;
    std::optional<Nanoseconds> wait;
    if (outcome.what() == Outcome::What::failed) {
      const Nanoseconds doubled = 1s * (std::int64_t{1} << std::min(k.failures++, 6));
      wait = std::max(std::min<Nanoseconds>(doubled, 1min), outcome.wait());
    } else {
      k.failures = 0;
      if (outcome.what() == Outcome::What::again) wait = outcome.wait();
    }
    if (again && news)
      add(key, Urgency::news);
    else if (wait)
      add_after(key, *wait, now);
    else if (again)
      add(key, Urgency::routine);
  }
  void shut_down() {
    shut = true;
    waiting.clear();
    for (auto& [name, k] : keys) k.due.reset();
  }
  std::optional<base::Instant> next_due() const {
    std::optional<base::Instant> next;
    for (const auto& [name, k] : keys)
      if (k.due && (!next || *k.due < *next)) next = k.due;
    return next;
  }

 private:
  struct Key {
    bool in_hand = false, again = false, news_again = false;
    std::optional<base::Instant> due;
    int due_since = 0;
    int failures = 0;
  };
  void want(const std::string& key, bool news) {
    Key& k = keys[key];
    if (k.in_hand) {
      k.again = true;
      k.news_again = k.news_again || news;
    } else if (std::find(waiting.begin(), waiting.end(), key) == waiting.end()) {
      waiting.push_back(key);
    }
  }
  std::optional<std::string> first_due(base::Instant now) const {
    std::optional<std::string> first;
    for (const auto& [name, k] : keys) {
      if (!k.due || *k.due > now) continue;
      const Key* best = first ? &keys.at(*first) : nullptr;
      if (!best || std::pair(*k.due, k.due_since) < std::pair(*best->due, best->due_since))
        first = name;
    }
    return first;
  }

  std::map<std::string, Key> keys;
  Keys waiting;
  bool shut = false;
  int ticks = 0;
};

// One random history, on the queue and on the model side by side.
class History {
 public:
  explicit History(unsigned seed) : random_(seed) {}

  void run() {
    for (int step = 0; step < 400; ++step) {
      CAPTURE(step);
      act();
      REQUIRE(queue_.next_due() == model_.next_due());
      REQUIRE(queue_.in_hand() == in_hand_.size());
    }
    finish();
  }

 private:
  void act() {
    const std::string key(1, static_cast<char>('a' + below(5)));
    const Nanoseconds wait = std::chrono::milliseconds(below(4) * 700);
    switch (below(8)) {
      case 0:
        return add(key, Urgency::news);
      case 1:
        return add(key, Urgency::routine);
      case 2:
        queue_.add_after(key, wait, now_);
        return model_.add_after(key, wait, now_);
      case 3:
      case 4:
        return get();
      case 5:
      case 6:
        return done(below(3) == 0   ? Outcome::done()
                    : below(2) == 0 ? Outcome::again_after(wait)
                                    : Outcome::failed(wait));
      default:
        now_ += std::chrono::milliseconds(below(1500));
    }
  }
  void add(const std::string& key, Urgency urgency) {
    queue_.add(key, urgency);
    model_.add(key, urgency);
    if (urgency == Urgency::news) unheard_.insert(key);
  }
  void get() {
    const std::optional<std::string> got = queue_.get(now_);
    REQUIRE(got == model_.get(now_));
    if (!got) return;
    REQUIRE(in_hand_.insert(*got).second);  // never twice at once
    unheard_.erase(*got);
  }
  void done(Outcome outcome) {
    if (in_hand_.empty()) return;
    const auto some = std::next(in_hand_.begin(), below(static_cast<int>(in_hand_.size())));
    queue_.done(*some, outcome, now_);
    model_.done(*some, outcome, now_);
    in_hand_.erase(some);
  }
  // With time and hands enough, all news is heard and the queue comes to rest.
  void finish() {
    for (int round = 0; round < 100; ++round) {
      while (!in_hand_.empty()) done(Outcome::done());
      now_ += 1h;
      get();
    }
    REQUIRE(unheard_.empty());
    REQUIRE(queue_.queued() + queue_.delayed() + queue_.in_hand() == 0);
  }
  int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }

  std::mt19937 random_;
  kube::WorkQueueSteps queue_{backoff};
  Model model_;
  base::Instant now_ = start;
  std::set<std::string> in_hand_;
  std::set<std::string> unheard_;  // had news since it was last handed out
};

}  // namespace

TEST_CASE("random histories agree with the model") {
  const unsigned first_seed = std::random_device()();
  for (unsigned seed = first_seed; seed != first_seed + 500; ++seed) {
    CAPTURE(seed);
    History(seed).run();
  }
}
