#include "devcluster/apiserver/watch.hpp"

#include <algorithm>
#include <utility>

#include "devcluster/apiserver/object.hpp"

namespace devcluster::apiserver {

namespace {

std::string event(std::string_view type, const std::string& object) {
  std::string out;
  out.reserve(object.size() + 40);
  ((((out += R"({"type":")") += type) += R"(","object":)") += object) += "}\n";
  return out;
}

std::optional<Refusal> unfit(const Query& query) {
  const std::string match = query.get("resourceVersionMatch");
  const bool initial_events = query.has("sendInitialEvents");
  if (initial_events && match != "NotOlderThan")
    return invalid_list_options("resourceVersionMatch",
                                "Forbidden: sendInitialEvents requires setting "
                                "resourceVersionMatch to NotOlderThan");
  if (!initial_events && !match.empty())
    return invalid_list_options("resourceVersionMatch",
                                "Forbidden: resourceVersionMatch is forbidden for watch unless "
                                "sendInitialEvents is provided");
  if (!query.get("resourceVersion").empty() && decimal(query.get("resourceVersion")) < 0)
    return bad_request("Invalid value: \"" + query.get("resourceVersion") +
                       "\": resourceVersion is not a number");
  return {};
}

}  // namespace

Answer<Watch> Watch::open(const Store& store, const Collection& collection, Scope scope,
                          const Query& query, Rendering rendering) {
  if (std::optional<Refusal> refusal = unfit(query)) return *refusal;
  Watch watch(store, collection, std::move(scope), std::move(rendering));
  watch.wants_bookmarks_ = query.flag("allowWatchBookmarks");
  const Revision from = std::max<Revision>(decimal(query.get("resourceVersion")), 0);
  const bool asks_for_state = query.flag("sendInitialEvents");
  if (asks_for_state && from > store.revision()) return too_large_version(from, store.revision());
  if (asks_for_state || (from == 0 && !query.has("sendInitialEvents")))
    watch.replay_present_state();
  else
    watch.position_ = from == 0 ? store.revision() : from;
  watch.owes_end_mark_ = asks_for_state && watch.wants_bookmarks_;
  return watch;
}

void Watch::replay_present_state() {
  position_ = store_->revision();
  for (const auto& [key, version] : collection_->objects())
    if (scope_.contains(key) && selects(version)) initial_.push_back(version);
  std::reverse(initial_.begin(), initial_.end());
}

std::string Watch::take(std::size_t enough, const Horizon& horizon) {
  std::string out;
  while (out.size() < enough && (!initial_.empty() || owes_end_mark_)) out += initial_event();
  if (out.size() >= enough || over_) return out;
  if (position_ < collection_->compacted()) return out += too_old();
  const std::deque<Change>& history = collection_->history();
  std::size_t next = collection_->first_after(position_);
  for (; next < history.size() && out.size() < enough; ++next) {
    const Change& change = history[next];
    if (change.revision > horizon.revision || change.at > horizon.at) return out;
    out += event_of(change);
    position_ = change.revision;
  }
  if (next == history.size())
    position_ = std::max(position_, std::min(store_->revision(), horizon.revision));
  return out;
}

std::string Watch::initial_event() {
  if (initial_.empty()) {
    owes_end_mark_ = false;
    return event("BOOKMARK", rendering_.bookmark(position_, true));
  }
  const VersionPtr version = std::move(initial_.back());
  initial_.pop_back();
  return event("ADDED", rendering_.object(*version));
}

std::string Watch::too_old() {
  over_ = true;
  const Refusal refusal = expired("too old resource version: " + std::to_string(position_) + " (" +
                                  std::to_string(collection_->compacted()) + ")");
  return event("ERROR", refusal.status().dump());
}

std::string Watch::event_of(const Change& change) const {
  if (!scope_.contains(change.key)) return {};
  const bool was_in = selects(change.before);
  const bool is_in = !change.removed && selects(change.after);
  if (!was_in && !is_in) return {};
  if (is_in) return event(was_in ? "MODIFIED" : "ADDED", rendering_.object(*change.after));
  if (change.removed) return event("DELETED", rendering_.object(*change.after));
  // It only left the selection: the client gets what it knew last, at the version of the change.
  return event("DELETED", rendering_.object(Version(change.revision, change.before->object)));
}

bool Watch::selects(const VersionPtr& version) const {
  return version && scope_.selector.matches(version->object);
}

std::string Watch::bookmark() const {
  if (!wants_bookmarks_ || over_ || !initial_.empty() || owes_end_mark_) return {};
  return event("BOOKMARK", rendering_.bookmark(position_, false));
}

}  // namespace devcluster::apiserver
