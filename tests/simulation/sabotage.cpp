#include "tests/simulation/sabotage.hpp"

#include <algorithm>
#include <utility>

#include "base/json.hpp"
#include "csi/status.hpp"
#include "snapshot/keys.hpp"

namespace simulation {

namespace asio = boost::asio;
namespace json = boost::json;
namespace keys = snapshot::keys;
using base::Result;

namespace {

const json::value* change_of_mark(const kube::Patch& change) {
  if (change.type != kube::PatchType::merge) return nullptr;
  return base::member(change.body, "metadata", "annotations", keys::being_created);
}

bool releases(const kube::Patch& change) {
  if (change.type != kube::PatchType::json) return false;
  const json::array& steps = change.body.as_array();
  return std::any_of(steps.begin(), steps.end(), [](const json::value& step) {
    return step.at("op") == "remove" &&
           base::text(step, "path").starts_with("/metadata/finalizers/");
  });
}

json::object& annotations(json::value& object) {
  json::value& found = object.at("metadata").as_object()["annotations"];
  if (!found.is_object()) found = json::object();
  return found.get_object();
}

json::string_view as_key(std::string_view key) {
  return {key.data(), key.size()};
}

}  // namespace

const std::vector<std::string>& sabotage_names() {
  static const std::vector<std::string> names = {"mark-after-call", "release-before-delete",
                                                 "ignore-lost-reply", "patch-whole-map",
                                                 "forget-timer"};
  return names;
}

std::optional<Sabotage> sabotage_named(std::string_view name) {
  const auto& names = sabotage_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Sabotage>(found - names.begin() + 1);
}

// ---- the rules ----------------------------------------------------------------------------------

// The replica is shown its object with the mark, at a version that only a write can give; what is
// written is a remark of no meaning.
Saboteur::Reply Saboteur::pretend_marked(const kube::ObjectPath& path, const kube::Patch& change) {
  json::object remark;
  remark["example.com/remark"] = std::to_string(parts_.world.api.version());
  json::object metadata;
  metadata["annotations"] = std::move(remark);
  metadata["uid"] = base::text(change.body, "metadata", "uid");
  json::object body;
  body["metadata"] = std::move(metadata);
  Reply reply = parts_.world.api.patch(path, kube::Patch::merge(std::move(body)), others);
  if (!reply) return reply;
  annotations(*reply)[as_key(keys::being_created)] = "yes";
  marks_.push_back(Withheld{path, change});
  return reply;
}

kube::Patch Saboteur::whole_map(const kube::ObjectPath& path, const kube::Patch& change) const {
  const auto known = last_seen_.find(path.name);
  if (known == last_seen_.end()) return change;
  json::value object = known->second;
  json::object& all = annotations(object);
  const json::value& mark = *change_of_mark(change);
  if (mark.is_null())
    all.erase(as_key(keys::being_created));
  else
    all[as_key(keys::being_created)] = mark;
  json::array steps;
  json::object test;
  test["op"] = "test";
  test["path"] = "/metadata/uid";
  test["value"] = base::text(change.body, "metadata", "uid");
  json::object add;
  add["op"] = "add";
  add["path"] = "/metadata/annotations";
  add["value"] = all;
  steps.push_back(std::move(test));
  steps.push_back(std::move(add));
  return kube::Patch::json(std::move(steps));
}

void Saboteur::seen(const json::value& object) {
  if (rule_ == Sabotage::patch_whole_map)
    last_seen_[std::string(base::text(object, "metadata", "name"))] = object;
}

asio::awaitable<Saboteur::Reply> Saboteur::patch(kube::ObjectPath path, kube::Patch change) {
  const json::value* mark = change_of_mark(change);
  if (rule_ == Sabotage::mark_after_call && mark && !mark->is_null())
    co_return pretend_marked(path, change);
  if (rule_ == Sabotage::patch_whole_map && mark) change = whole_map(path, change);
  const bool release = releases(change);
  Reply reply = co_await parts_.objects.patch(std::move(path), std::move(change));
  if (reply) seen(*reply);
  if (!release || !reply) co_return reply;
  for (const std::string& id : std::exchange(deletions_, {}))
    co_await parts_.driver.delete_snapshot(id, csi::Secrets());
  co_return reply;
}

asio::awaitable<Result<csi::Snapshot>> Saboteur::create_snapshot(csi::CreateSnapshotCall call) {
  Result<csi::Snapshot> answer = co_await parts_.driver.create_snapshot(std::move(call));
  for (Withheld& mark : std::exchange(marks_, {}))
    co_await parts_.objects.patch(std::move(mark.path), std::move(mark.change));
  const bool unknown = !answer && !csi::is_final(answer.error().kind());
  if (rule_ == Sabotage::ignore_lost_reply && unknown)
    co_return base::Error(base::ErrorKind::internal, answer.error().text());
  co_return answer;
}

asio::awaitable<Result<void>> Saboteur::delete_snapshot(std::string snapshot_id,
                                                        csi::Secrets secrets) {
  if (rule_ != Sabotage::release_before_delete)
    co_return co_await parts_.driver.delete_snapshot(std::move(snapshot_id), std::move(secrets));
  deletions_.push_back(std::move(snapshot_id));
  co_return Result<void>();
}

// ---- handed on ----------------------------------------------------------------------------------

asio::awaitable<Saboteur::Reply> Saboteur::get(kube::ObjectPath path) {
  Reply reply = co_await parts_.objects.get(std::move(path));
  if (reply) seen(*reply);
  co_return reply;
}

asio::awaitable<Saboteur::Reply> Saboteur::replace(kube::ObjectPath path, json::value object) {
  return parts_.objects.replace(std::move(path), std::move(object));
}

asio::awaitable<Saboteur::Reply> Saboteur::create(kube::ObjectPath path, json::value object) {
  return parts_.objects.create(std::move(path), std::move(object));
}

asio::awaitable<Result<void>> Saboteur::remove(kube::ObjectPath path, std::string uid) {
  return parts_.objects.remove(std::move(path), std::move(uid));
}

asio::awaitable<Result<kube::ListPage>> Saboteur::list(kube::Selection selection,
                                                       kube::ListRequest request, ItemSink sink) {
  ItemSink both = [this, sink = std::move(sink)](json::value&& item) {
    seen(item);
    sink(std::move(item));
  };
  return parts_.collections.list(std::move(selection), std::move(request), std::move(both));
}

asio::awaitable<Result<kube::WatchEnd>> Saboteur::watch(kube::Selection selection,
                                                        std::string resource_version,
                                                        std::chrono::seconds timeout,
                                                        WatchSinks sinks) {
  WatchSinks both;
  both.opened = sinks.opened;
  both.event = [this, sink = std::move(sinks.event)](kube::EventType type, json::value&& object) {
    if (type != kube::EventType::bookmark) seen(object);
    sink(type, std::move(object));
  };
  return parts_.collections.watch(std::move(selection), std::move(resource_version), timeout,
                                  std::move(both));
}

asio::awaitable<Result<csi::Snapshot>> Saboteur::find_snapshot(std::string snapshot_id,
                                                               csi::Secrets secrets) {
  return parts_.driver.find_snapshot(std::move(snapshot_id), std::move(secrets));
}

}  // namespace simulation
