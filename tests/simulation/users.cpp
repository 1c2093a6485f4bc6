#include "tests/simulation/users.hpp"

#include <algorithm>
#include <cstdio>

#include <boost/json/parse.hpp>

#include "base/json.hpp"
#include "snapshot/content_view.hpp"
#include "snapshot/keys.hpp"

namespace simulation {

namespace json = boost::json;
namespace keys = snapshot::keys;
using namespace std::chrono_literals;
using snapshot::ContentView;

namespace {

kube::ObjectPath path_of(std::string plural, std::string name, std::string space = {}) {
  kube::Resource resource;
  if (space.empty()) {
    resource.group = keys::group;
    resource.version = keys::version;
  } else {
    resource.version = "v1";
  }
  resource.plural = std::move(plural);
  return kube::ObjectPath(std::move(resource), std::move(space), std::move(name));
}

kube::ObjectPath content_path(const std::string& name) {
  return path_of(std::string(keys::contents), name);
}

json::string_view as_key(std::string_view key) {
  return {key.data(), key.size()};
}

json::object& member_of(json::object& parent, const char* key) {
  json::value& found = parent[key];
  if (!found.is_object()) found = json::object();
  return found.get_object();
}

json::object& metadata(json::value& object) {
  return member_of(object.as_object(), "metadata");
}

json::array& finalizers(json::value& object) {
  json::value& found = metadata(object)["finalizers"];
  if (!found.is_array()) found = json::array();
  return found.get_array();
}

bool is_ours(const json::value& finalizer) {
  return finalizer.as_string() == as_key(keys::content_finalizer);
}

}  // namespace

void Users::say(const std::string& what) const {
  world_.trace([&] { return "somebody: " + what; });
}

void Users::later(std::chrono::nanoseconds wait, Deed deed) {
  world_.schedule.after(wait, [this, deed = std::move(deed)] {
    if (!finished_) deed();
  });
}

// ---- plans --------------------------------------------------------------------------------------

void Users::start(std::chrono::nanoseconds horizon) {
  Dice& dice = world_.dice;
  put_class("fast");
  if (dice.chance(0.3)) {
    later(dice.between(1s, horizon), [this] {
      say("deletes class \"fast\"");
      (void)world_.api.remove(path_of(std::string(keys::classes), "fast"), "", others);
    });
    later(dice.between(1s, horizon), [this] { put_class("fast"); });
  }
  later(dice.between(1s, horizon), [this] { put_class("late"); });
  if (dice.chance(0.7)) put_secret();
  const int count = dice.between(1, 6);
  wishes_.resize(static_cast<std::size_t>(count));
  for (int number = 0; number < count; ++number) plan_wish(number, horizon);
}

void Users::plan_wish(int number, std::chrono::nanoseconds horizon) {
  Dice& dice = world_.dice;
  Wish& wish = wishes_[static_cast<std::size_t>(number)];
  wish.name = "content-" + std::to_string(number + 1);
  wish.driver = dice.chance(0.1) ? "other.example.com" : our_driver;
  wish.volume = "vol-" + std::to_string(dice.between(1, 4));
  if (dice.chance(0.2)) wish.policy = "Retain";
  if (dice.chance(0.1)) wish.class_name = "late";
  wish.with_secret = dice.chance(0.2);
  if (dice.chance(0.15)) {
    wish.source_handle = "imported-" + std::to_string(number + 1);
    wish.bound = dice.chance(0.7);
    Storage::Snapshot imported;
    imported.id = wish.source_handle;
    imported.volume = "vol-of-somebody";
    imported.size = 1000;
    world_.storage.put(std::move(imported));
  }
  const auto created = dice.between(0s, horizon / 2);
  later(created, [this, &wish] { create(wish); });
  if (dice.chance(0.75)) {
    wish.to_be_deleted = true;
    wish.to_be_created_again = dice.chance(0.3);
    // Mostly while the snapshot is still being made.
    const auto soon = dice.chance(0.7) ? dice.between(1ms, 5s) : dice.between(1ms, horizon / 2);
    plan_deletion(wish, created + soon);
  }
  if (dice.chance(0.5)) plan_notes(wish, horizon);
  if (dice.chance(0.04)) later(dice.between(created, horizon), [this, &wish] { tear_out(wish); });
  if (dice.chance(0.05))
    later(dice.between(created, created + 3s), [this, &wish] { change_policy(wish); });
}

// The snapshot-controller marks and deletes in one go, or waits between the two for as long as the
// content is being created; others delete without marking, and the mark comes late.
void Users::plan_deletion(Wish& wish, std::chrono::nanoseconds earliest) {
  Dice& dice = world_.dice;
  const auto pause = dice.chance(0.5) ? dice.between(0ms, 50ms) : dice.between(0s, 20s);
  const auto mark = [this, &wish] { mark_being_deleted(wish); };
  const auto away = [this, &wish] { remove(wish); };
  const bool mark_first = dice.chance(0.8);
  later(earliest, mark_first ? Deed(mark) : Deed(away));
  later(earliest + pause, mark_first ? Deed(away) : Deed(mark));
}

void Users::plan_notes(Wish& wish, std::chrono::nanoseconds horizon) {
  Dice& dice = world_.dice;
  const int notes = dice.between(1, 4);
  for (int number = 0; number < notes; ++number) {
    const std::string key = "example.com/note-" + std::to_string(number);
    const auto when = dice.between(0s, horizon);
    const auto until = when + dice.between(1s, 20s);
    switch (dice.between(0, 2)) {
      case 0:
        later(when, [this, &wish, key] {
          edit(wish, "annotates", [&](json::value& object) {
            member_of(metadata(object), "annotations")[key] = "yes";
          });
        });
        later(until, [this, &wish, key] {
          edit(wish, "takes an annotation from",
               [&](json::value& object) { member_of(metadata(object), "annotations").erase(key); });
        });
        break;
      case 1:
        later(when, [this, &wish, key] {
          edit(wish, "labels",
               [&](json::value& object) { member_of(metadata(object), "labels")[key] = "yes"; });
        });
        break;
      default:
        later(when, [this, &wish, key, front = dice.chance(0.5)] {
          edit(wish, "puts a finalizer on", [&](json::value& object) {
            json::array& list = finalizers(object);
            list.insert(front ? list.begin() : list.end(), json::value(key));
          });
        });
        later(until, [this, &wish, key] {
          edit(wish, "takes a finalizer from", [&](json::value& object) {
            json::array& list = finalizers(object);
            const auto found = std::find(list.begin(), list.end(), json::value(key));
            if (found != list.end()) list.erase(found);
          });
        });
    }
  }
}

// ---- deeds --------------------------------------------------------------------------------------

void Users::create(Wish& wish) {
  char ref_uid[40];
  std::snprintf(ref_uid, sizeof ref_uid, "0f1e2d3c-0000-4000-8000-%012d", ++refs_);
  wish.ref_uid = ref_uid;
  json::object meta;
  meta["name"] = wish.name;
  meta["finalizers"] = json::array({as_key(keys::content_finalizer)});
  if (wish.with_secret) {
    json::object& annotations = member_of(meta, "annotations");
    annotations[as_key(keys::secret_name)] = "credentials";
    annotations[as_key(keys::secret_namespace)] = "team-a";
  }
  json::object source;
  json::object ref;
  json::object spec;
  ref["name"] = "snapshot-of-" + wish.name;
  ref["namespace"] = "team-a";
  if (wish.bound) ref["uid"] = wish.ref_uid;
  if (wish.source_handle.empty()) {
    spec["volumeSnapshotClassName"] = wish.class_name;
    source["volumeHandle"] = wish.volume;
  } else {
    source["snapshotHandle"] = wish.source_handle;
  }
  spec["driver"] = wish.driver;
  spec["deletionPolicy"] = wish.policy;
  spec["source"] = std::move(source);
  spec["volumeSnapshotRef"] = std::move(ref);
  json::object content;
  content["metadata"] = std::move(meta);
  content["spec"] = std::move(spec);
  say("creates content \"" + wish.name + "\" of " + wish.driver + ", policy " + wish.policy);
  const ApiServer::Reply made = world_.api.create(content_path(wish.name), content, others);
  if (made) wish.uid = ContentView(*made).uid();
}

// The same name, another object: as soon as the first is gone.
void Users::create_again_later(Wish& wish) {
  if (!wish.to_be_created_again) return;
  later(500ms, [this, &wish] {
    if (object_of(wish)) return create_again_later(wish);
    wish.to_be_created_again = wish.to_be_deleted = false;
    if (!wish.source_handle.empty()) return;
    create(wish);
  });
}

ApiServer::Object Users::object_of(const Wish& wish) const {
  const ApiServer::Object found = world_.api.find(std::string(keys::contents), wish.name);
  return found && ContentView(*found).uid() == wish.uid ? found : nullptr;
}

void Users::edit(Wish& wish, const std::string& what,
                 const std::function<void(json::value& object)>& change) {
  const ApiServer::Object found = object_of(wish);
  if (!found) return;
  json::value object = *found;
  change(object);
  say(what + " content \"" + wish.name + "\"");
  (void)world_.api.replace(content_path(wish.name), std::move(object), others);
}

void Users::mark_being_deleted(Wish& wish) {
  edit(wish, "marks as being deleted", [](json::value& object) {
    member_of(metadata(object), "annotations")[as_key(keys::being_deleted)] = "yes";
  });
}

void Users::remove(Wish& wish) {
  if (!object_of(wish)) return;
  say("deletes content \"" + wish.name + "\"");
  (void)world_.api.remove(content_path(wish.name), wish.uid, others);
  create_again_later(wish);
}

// Whoever does that to a content that is being deleted already cannot expect to be in time.
void Users::change_policy(Wish& wish) {
  const ApiServer::Object found = object_of(wish);
  if (!found || ContentView(*found).deletion_requested()) return;
  edit(wish, "changes the policy of", [&](json::value& object) {
    wish.policy = wish.policy == "Retain" ? "Delete" : "Retain";
    object.at("spec").as_object()["deletionPolicy"] = wish.policy;
  });
}

// An administrator who has lost patience.
void Users::tear_out(Wish& wish) {
  if (!object_of(wish)) return;
  world_.invariants.removed_by_force(wish.uid);
  edit(wish, "tears all finalizers from", [](json::value& object) { finalizers(object).clear(); });
  remove(wish);
}

void Users::put_class(const std::string& name) {
  json::object made;
  member_of(made, "metadata")["name"] = name;
  made["driver"] = our_driver;
  made["deletionPolicy"] = "Delete";
  say("creates class \"" + name + "\"");
  (void)world_.api.create(path_of(std::string(keys::classes), name), made, others);
}

void Users::put_secret() {
  json::object made;
  json::object& meta = member_of(made, "metadata");
  meta["name"] = "credentials";
  meta["namespace"] = "team-a";
  member_of(made, "data")["password"] = "c2VjcmV0";
  say("creates the secret");
  (void)world_.api.create(path_of("secrets", "credentials", "team-a"), made, others);
}

void Users::finish() {
  finished_ = true;
  for (const char* name : {"fast", "late"}) put_class(name);
  put_secret();
  for (Wish& wish : wishes_) {
    const ApiServer::Object object = object_of(wish);
    if (!object) continue;
    if (ContentView(*object).has_other_finalizers())
      edit(wish, "takes all other finalizers from", [](json::value& changed) {
        json::array& list = finalizers(changed);
        for (auto at = list.begin(); at != list.end();) at = is_ours(*at) ? at + 1 : list.erase(at);
      });
    // Whoever deletes without marking has also done so by mistake, to the next object of the name.
    if (!wish.to_be_deleted && !ContentView(*object).deletion_requested()) continue;
    if (!ContentView(*object).has_annotation(keys::being_deleted)) mark_being_deleted(wish);
    if (!ContentView(*object).deletion_requested()) remove(wish);
  }
}

}  // namespace simulation
