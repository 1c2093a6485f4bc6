#include "kube/cache/work_cache.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "kube/cache/resource_version.hpp"

namespace kube {

namespace {

std::string_view uid_of(const boost::json::value& object) {
  return base::text(object, "metadata", "uid");
}

std::string_view version_of(const boost::json::value& object) {
  return base::text(object, "metadata", "resourceVersion");
}

}  // namespace

// What was known of a key before.
struct WorkCache::Former {
  bool known = false;
  Object held;  // null: settled or unknown
  std::uint64_t intent = 0;
  bool seen = false;
};

WorkCache::WorkCache(Classifier classify, OnNews on_news)
    : classify_(std::move(classify)), on_news_(std::move(on_news)) {}

void WorkCache::begin_list() {
  for (auto& [key, held] : held_) held.seen = false;
  settled_.begin_list();
}

void WorkCache::item(boost::json::value&& object) {
  accept(std::move(object), Source::list);
}

// An object created after the list's version is rightly missing from it. Whether that is so only
// its version tells: a reply may be taken in during the list and yet be older than the list.
void WorkCache::end_list(const std::string& version) {
  position_ = version;
  settled_.end_list(version, [this](std::uint8_t state) { --counts_[state]; });
  std::vector<std::string> missing;
  for (const auto& [key, held] : held_)
    if (!held.seen && !(compare_versions(version_of(*held.object), version) > 0))
      missing.push_back(key);
  for (const std::string& key : missing) remove(key);
  for (const std::string& key : missing) on_news_(key, News::vanished);
}

void WorkCache::event(EventType type, boost::json::value&& object) {
  position_ = version_of(object);
  switch (type) {
    case EventType::bookmark:
      return;
    case EventType::deleted:
      return deleted(object);
    case EventType::added:
    case EventType::modified:
      return accept(std::move(object), Source::event);
  }
}

WorkCache::Object WorkCache::observe(boost::json::value reply) {
  const std::optional<Identity> who = identity_of(reply);
  if (!who) return nullptr;
  accept(std::move(reply), Source::own_write);
  return find(who->key);
}

void WorkCache::forget(const std::string& key, std::string_view uid) {
  gone_.add(uid, {});
  if (known(key, uid)) remove(key);
}

WorkCache::Object WorkCache::find(const std::string& key) const {
  const auto found = held_.find(key);
  return found == held_.end() ? nullptr : found->second.object;
}

void WorkCache::for_each_unfinished(
    const std::function<void(const std::string& key, const boost::json::value& object)>& visit)
    const {
  for (const auto& [key, held] : held_) visit(key, *held.object);
}

void WorkCache::accept(boost::json::value&& object, Source source) {
  strip_managed_fields(object);  // first: it moves other members about, and `who` points to them
  const std::optional<Identity> who = identity_of(object);
  if (!who || gone_.gone(who->uid, who->version)) return;
  const Standing standing = standing_of(*who);
  // A reply about an object that is not known, from before what the watch has shown since: gone.
  if (source == Source::own_write && standing == Standing::unknown && in_past(who->version)) return;
  if (source == Source::list && standing != Standing::other_object && known(who->key, who->uid))
    mark_seen(who->key);
  if (standing == Standing::stale || standing == Standing::same) return;
  if (standing == Standing::other_object) {
    const Former former = remove(who->key);
    if (former.held) gone_.add(uid_of(*former.held), who->version);
    if (former.held && source != Source::own_write) on_news_(who->key, News::vanished);
  }
  replace(*who, std::move(object), source);
}

void WorkCache::replace(const Identity& who, boost::json::value&& object, Source source) {
  const Verdict verdict = classify_(object);
  const Former former = remove(who.key);
  const bool seen = former.seen || source == Source::list;
  if (verdict.fate != Verdict::Fate::foreign) ++counts_[verdict.state];
  std::optional<News> news;
  switch (verdict.fate) {
    case Verdict::Fate::foreign:
      if (former.known) gone_.add(who.uid, who.version);
      if (former.held) news = News::vanished;
      break;
    case Verdict::Fate::settled:
      settled_.put(who.key, who.uid, who.version, verdict.state, seen);
      break;
    case Verdict::Fate::unfinished:
      held_.emplace(who.key, Held{std::make_shared<const boost::json::value>(std::move(object)),
                                  verdict.intent, verdict.state, seen});
      if (!former.held)
        news = News::appeared;
      else if (former.intent != verdict.intent)
        news = News::intent_changed;
      break;
  }
  // What we did ourselves is no news; what somebody else decided is, also when we read of it first
  // in a reply: the pass that wrote may be about to end in a failure and a long wait.
  const bool told = source != Source::own_write || news == News::intent_changed;
  if (news && told) on_news_(who.key, *news);
}

void WorkCache::deleted(const boost::json::value& object) {
  const std::optional<Identity> who = identity_of(object);
  if (!who) return;
  gone_.add(who->uid, who->version);
  if (known(who->key, who->uid) && remove(who->key).held) on_news_(who->key, News::vanished);
}

bool WorkCache::in_past(std::string_view version) const {
  return compare_versions(version, position_) <= 0;
}

// Versions that cannot be compared: what comes last wins.
WorkCache::Standing WorkCache::standing_of(const Identity& who) {
  std::partial_ordering order = std::partial_ordering::unordered;
  if (const auto held = held_.find(who.key); held != held_.end())
    order = compare_versions(who.version, version_of(*held->second.object));
  else if (settled_.find(who.key))
    order = settled_.compare(who.version, who.key);
  else
    return Standing::unknown;
  if (order < 0) return Standing::stale;
  if (!known(who.key, who.uid)) return Standing::other_object;
  return order == 0 ? Standing::same : Standing::newer;
}

bool WorkCache::known(const std::string& key, std::string_view uid) {
  if (const auto held = held_.find(key); held != held_.end())
    return uid_of(*held->second.object) == uid;
  const SettledTable::Entry* settled = settled_.find(key);
  return settled && settled_.same_uid(*settled, uid);
}

void WorkCache::mark_seen(const std::string& key) {
  if (const auto held = held_.find(key); held != held_.end())
    held->second.seen = true;
  else if (SettledTable::Entry* settled = settled_.find(key))
    settled->seen = true;
}

WorkCache::Former WorkCache::remove(const std::string& key) {
  Former former;
  if (const auto held = held_.find(key); held != held_.end()) {
    former = Former{true, std::move(held->second.object), held->second.intent, held->second.seen};
    --counts_[held->second.state];
    held_.erase(held);
  } else if (const SettledTable::Entry* settled = settled_.find(key)) {
    former.known = true;
    former.seen = settled->seen;
    --counts_[settled->state];
    settled_.erase(key);
  }
  return former;
}

}  // namespace kube
