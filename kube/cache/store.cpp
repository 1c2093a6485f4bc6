#include "kube/cache/store.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "kube/cache/identity.hpp"

namespace kube {

namespace {

bool same_state(const Store::Object& left, const Store::Object& right) {
  const std::optional<Identity> one = identity_of(*left);
  const std::optional<Identity> other = identity_of(*right);
  return one->uid == other->uid && one->version == other->version;
}

}  // namespace

Store::Store(OnChange on_change) : on_change_(std::move(on_change)) {}

void Store::begin_list() {
  listing_.clear();
}

void Store::item(boost::json::value&& object) {
  strip_managed_fields(object);
  const std::optional<Identity> who = identity_of(object);
  if (!who) return;
  listing_.insert_or_assign(who->key,
                            std::make_shared<const boost::json::value>(std::move(object)));
}

void Store::end_list(const std::string&) {
  const Objects before = std::exchange(objects_, std::exchange(listing_, {}));
  std::vector<std::string> changed;
  for (const auto& [key, object] : before)
    if (objects_.count(key) == 0) changed.push_back(key);
  for (const auto& [key, object] : objects_) {
    const auto former = before.find(key);
    if (former == before.end() || !same_state(former->second, object)) changed.push_back(key);
  }
  for (const std::string& key : changed) on_change_(key);
}

void Store::event(EventType type, boost::json::value&& object) {
  strip_managed_fields(object);
  const std::optional<Identity> who = identity_of(object);
  if (!who || type == EventType::bookmark) return;
  if (type == EventType::deleted) {
    if (objects_.erase(who->key) > 0) on_change_(who->key);
    return;
  }
  Object fresh = std::make_shared<const boost::json::value>(std::move(object));
  Object& place = objects_[who->key];
  const bool known = place && same_state(place, fresh);
  place = std::move(fresh);
  if (!known) on_change_(who->key);
}

Store::Object Store::find(const std::string& key) const {
  const auto found = objects_.find(key);
  return found == objects_.end() ? nullptr : found->second;
}

void Store::for_each(const std::function<void(const std::string& key,
                                              const boost::json::value& object)>& visit) const {
  for (const auto& [key, object] : objects_) visit(key, *object);
}

}  // namespace kube
