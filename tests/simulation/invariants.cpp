#include "tests/simulation/invariants.hpp"

#include <algorithm>
#include <vector>

#include <boost/json/serialize.hpp>

#include "base/json.hpp"
#include "snapshot/content_view.hpp"
#include "snapshot/keys.hpp"
#include "tests/simulation/world.hpp"

namespace simulation {
namespace {

namespace json = boost::json;
namespace keys = snapshot::keys;
using snapshot::ContentView;
using snapshot::DeletionPolicy;

const std::string contents(keys::contents);

// A create, its unmark, an error and its removal, readiness twice, and a deletion with its three
// writes; more in calm weather is a quarrel with somebody or with oneself.
constexpr int many_writes = 12;

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

std::string csi_name(const ContentView& content) {
  return "snapshot-" + std::string(content.snapshot_ref_uid());
}

bool is_ours(const ContentView& content) {
  return content.driver() == our_driver;
}

// What is not for us to touch, of one object.
json::object foreign_part(const json::value& object) {
  json::object part;
  json::object annotations;
  if (const auto* found = base::member(object, "metadata", "annotations"))
    annotations = found->as_object();
  annotations.erase(json::string_view(keys::being_created.data(), keys::being_created.size()));
  part["annotations"] = annotations;
  json::array finalizers;
  if (const auto* found = base::member(object, "metadata", "finalizers"))
    for (const json::value& one : found->as_array())
      if (one.as_string() !=
          json::string_view(keys::content_finalizer.data(), keys::content_finalizer.size()))
        finalizers.push_back(one);
  part["finalizers"] = finalizers;
  if (const auto* found = base::member(object, "metadata", "labels")) part["labels"] = *found;
  if (const auto* found = base::member(object, "spec")) part["spec"] = *found;
  return part;
}

// The last state of every content that there ever was, by uid.
std::map<std::string, const ApiServer::Change*> last_states(const ApiServer& api) {
  std::map<std::string, const ApiServer::Change*> last;
  for (const ApiServer::Change& change : api.log(contents))
    last[std::string(ContentView(*change.object).uid())] = &change;
  return last;
}

}  // namespace

void Invariants::broken(std::string sentence) {
  if (!breach_) breach_ = std::move(sentence);
}

bool Invariants::excused(const std::string& content_uid) const {
  return reported_.count(content_uid) > 0 || forced_.count(content_uid) > 0 ||
         unmarked_late_.count(content_uid) > 0;
}

// ---- writes -------------------------------------------------------------------------------------

void Invariants::wrote(const ApiServer::Write& write) {
  if (write.plural != contents) return;
  const ContentView after(*write.after);
  if (!write.before && is_ours(after) && after.is_dynamic())
    owners_[csi_name(after)] = Owner{write.key, std::string(after.uid())};
  if (write.writer == others) return;
  if (!is_ours(after))
    return broken("a content of another driver was written to: " + quoted(write.key));
  check_late(write);
  check_foreign(write);
  check_status(write);
  check_release(write);
  check_count(write);
}

void Invariants::check_late(const ApiServer::Write& write) {
  const ContentView after(*write.after);
  if (late_ && ContentView(*write.before).being_created() && !after.being_created() &&
      !after.snapshot_handle())
    unmarked_late_.insert(std::string(after.uid()));
}

void Invariants::check_foreign(const ApiServer::Write& write) {
  if (foreign_part(*write.before) == foreign_part(*write.after)) return;
  broken("somebody else's annotation, label, finalizer or specification of content " +
         quoted(write.key) + " was changed: from " + json::serialize(foreign_part(*write.before)) +
         " to " + json::serialize(foreign_part(*write.after)));
}

void Invariants::check_status(const ApiServer::Write& write) {
  const auto before = ContentView(*write.before).snapshot_handle();
  const auto after = ContentView(*write.after).snapshot_handle();
  if (!before || before == after) return;
  if (after)
    return broken("the handle of content " + quoted(write.key) + " changed from " +
                  quoted(*before) + " to " + quoted(*after));
  if (!ContentView(*write.before).should_delete())
    return broken("the handle of content " + quoted(write.key) +
                  " was cleared, which is not being deleted");
  if (storage_.with_id(std::string(*before)))
    broken("the handle of content " + quoted(write.key) + " was cleared while its snapshot " +
           quoted(*before) + " exists");
}

void Invariants::check_release(const ApiServer::Write& write) {
  const ContentView before(*write.before);
  if (!before.finalizer_index() || ContentView(*write.after).finalizer_index()) return;
  if (!before.should_delete())
    return broken("the finalizer of content " + quoted(write.key) +
                  " was removed, which is not being deleted");
  if (before.deletion_policy() != DeletionPolicy::remove) return;
  if (excused(std::string(before.uid()))) return;
  const bool dynamic = before.is_dynamic();
  if (dynamic && storage_.at_work(csi_name(before)))
    return broken("the finalizer of content " + quoted(write.key) +
                  " was removed while its snapshot is being made");
  const Storage::Snapshot* left = nullptr;
  if (before.snapshot_handle()) left = storage_.with_id(std::string(*before.snapshot_handle()));
  if (!left && dynamic) left = storage_.named(csi_name(before));
  if (left)
    broken("the finalizer of content " + quoted(write.key) +
           " was removed while its storage snapshot " + quoted(left->id) +
           " exists, its policy is Delete, and nobody was told");
}

void Invariants::check_count(const ApiServer::Write& write) {
  const std::string uid(ContentView(*write.after).uid());
  if (counting_ && ++writes_[uid] > many_writes)
    broken("content " + quoted(write.key) + " was written to more than " +
           std::to_string(many_writes) + " times in calm weather");
  if (silent_) broken("content " + quoted(write.key) + " was written to, though all is done");
}

// ---- calls --------------------------------------------------------------------------------------

void Invariants::called(const std::string& what) {
  if (silent_) broken(what + " was called, though all is done");
}

void Invariants::create_begins(int incarnation, bool holds_lease,
                               const csi::CreateSnapshotCall& call) {
  called("CreateSnapshot " + call.name);
  const auto owner = owners_.find(call.name);
  if (owner == owners_.end())
    return broken("CreateSnapshot was called with the name " + quoted(call.name) +
                  ", which belongs to no content");
  const auto [name, first] = names_.try_emplace(owner->second.content_uid, call.name);
  if (!first && name->second != call.name)
    return broken("content " + quoted(owner->second.content_name) +
                  " got two names: " + quoted(name->second) + " and " + quoted(call.name));
  const ApiServer::Object now = api_.find(contents, owner->second.content_name);
  std::string volume = call.source_volume_id;
  if (now && ContentView(*now).uid() == owner->second.content_uid) {
    const ContentView content(*now);
    if (content.snapshot_handle()) volume.clear();
    if (content.source_volumes() != std::vector<std::string>{call.source_volume_id})
      return broken("CreateSnapshot " + call.name + " was called for volume " +
                    quoted(call.source_volume_id) + ", which is not its content's");
    const bool known = content.being_created() || content.snapshot_handle();
    if (!known && unmarked_late_.count(owner->second.content_uid) == 0)
      return broken("CreateSnapshot " + call.name +
                    " was called, and nothing in its content says so: a crash now would lose it");
  }
  if (!holds_lease) return;
  for (const Flight& other : creates_) {
    if (other.name == call.name)
      return broken("two calls of CreateSnapshot " + call.name + " are in flight");
    if (!volume.empty() && other.volume == volume)
      return broken("two creates for volume " + quoted(volume) + " are in flight: " + other.name +
                    " and " + call.name);
  }
  creates_.push_back(Flight{incarnation, call.name, volume});
}

void Invariants::create_ends(int incarnation, const std::string& name) {
  std::erase_if(creates_, [&](const Flight& call) {
    return call.name == name && call.incarnation == incarnation;
  });
}

void Invariants::died(int incarnation) {
  std::erase_if(creates_, [&](const Flight& call) { return call.incarnation == incarnation; });
}

void Invariants::lost_lease(int incarnation) {
  died(incarnation);
}

bool Invariants::deletion_was_allowed(const std::string& snapshot_id) const {
  const auto& log = api_.log(contents);
  return std::any_of(log.begin(), log.end(), [&](const ApiServer::Change& change) {
    const ContentView content(*change.object);
    return is_ours(content) && content.should_delete() &&
           content.deletion_policy() == DeletionPolicy::remove &&
           (content.snapshot_handle() == snapshot_id ||
            content.source_snapshot_handle() == snapshot_id);
  });
}

void Invariants::delete_begins(const std::string& snapshot_id) {
  called("DeleteSnapshot " + snapshot_id);
  if (!deletion_was_allowed(snapshot_id))
    broken("DeleteSnapshot was called for " + quoted(snapshot_id) +
           ", which no content has that may be deleted and has the policy Delete");
}

// ---- at rest ------------------------------------------------------------------------------------

std::optional<std::string> Invariants::unfinished(base::Instant now, bool looks_up) const {
  for (const ApiServer::Object& object : api_.objects(contents, api_.version())) {
    const ContentView content(*object);
    if (!is_ours(content)) continue;
    const std::string who = "content " + quoted(content.name());
    if (content.should_delete()) return who + " is to be deleted and still there";
    if (content.being_created()) return who + " is still marked as being created";
    if (!content.ready_to_use() || !content.snapshot_handle()) return who + " is not ready";
    if (content.has_error()) return who + " is ready and shows an error";
    const std::string handle(*content.snapshot_handle());
    const Storage::Snapshot* snapshot = storage_.with_id(handle);
    if (!snapshot) return who + " has the handle " + quoted(handle) + ", which does not exist";
    if (content.is_dynamic() && snapshot->name != csi_name(content))
      return who + " has the handle of somebody else's snapshot " + quoted(handle);
    if (snapshot->ready_at > now) return who + " is ready before its snapshot is";
    const bool knows_size = content.is_dynamic() || looks_up;
    if (knows_size && snapshot->size > 0 && content.restore_size() != snapshot->size)
      return who + " does not have the size of its snapshot";
  }
  return std::nullopt;
}

void Invariants::at_rest() {
  const auto last = last_states(api_);
  for (const auto& [id, snapshot] : storage_.all()) {
    const auto owns = [&](const auto& entry) {
      const ApiServer::Change& change = *entry.second;
      const ContentView content(*change.object);
      const bool its_own = content.snapshot_handle() == id ||
                           content.source_snapshot_handle() == id ||
                           (content.is_dynamic() && csi_name(content) == snapshot.name);
      const bool lives = change.type != kube::EventType::deleted;
      const bool stays = content.deletion_policy() == DeletionPolicy::retain;
      return its_own && (lives || stays || !is_ours(content) || excused(entry.first));
    };
    if (!std::any_of(last.begin(), last.end(), owns))
      return broken("the storage snapshot " + quoted(id) + " (" + snapshot.name +
                    ") has no owner, and nobody was told");
  }
}

}  // namespace simulation
