#include "tests/simulation/api_server.hpp"

#include <algorithm>
#include <cstdio>

#include "base/json.hpp"
#include "tests/simulation/patching.hpp"

namespace simulation {
namespace {

namespace json = boost::json;
using base::Error;
using base::ErrorKind;

std::string text_of(const kube::ObjectPath& path) {
  return path.resource.plural + " \"" + path.name + "\"";
}

Error not_found(const kube::ObjectPath& path) {
  return Error(ErrorKind::not_found, text_of(path) + " not found");
}

json::object& metadata(json::value& object) {
  json::value& found = object.as_object()["metadata"];
  if (!found.is_object()) found = json::object();
  return found.get_object();
}

const json::value* metadata(const json::value& object, std::string_view key) {
  return base::member(object, "metadata", key);
}

bool has_finalizers(const json::value& object) {
  const json::value* list = metadata(object, "finalizers");
  return list && list->is_array() && !list->get_array().empty();
}

bool is_deleting(const json::value& object) {
  return metadata(object, "deletionTimestamp") != nullptr;
}

void keep(json::object& next, const json::value& present, const char* key) {
  const json::value* old = base::member(present, key);
  if (old)
    next[key] = *old;
  else
    next.erase(key);
}

// An object on its way out gets no new finalizers.
bool adds_finalizer(const json::value& present, const json::value& next) {
  const json::value* fresh = metadata(next, "finalizers");
  if (!fresh || !fresh->is_array()) return false;
  const json::value* old = metadata(present, "finalizers");
  const json::array none;
  const json::array& had = old && old->is_array() ? old->get_array() : none;
  return std::any_of(
      fresh->get_array().begin(), fresh->get_array().end(),
      [&](const json::value& one) { return std::find(had.begin(), had.end(), one) == had.end(); });
}

void tidy(json::value& object) {
  json::object& meta = metadata(object);
  for (const char* key : {"finalizers", "annotations", "labels"}) {
    const json::value* found = meta.if_contains(key);
    const bool empty = found && ((found->is_array() && found->get_array().empty()) ||
                                 (found->is_object() && found->get_object().empty()));
    if (empty) meta.erase(key);
  }
}

}  // namespace

std::string key_of(const kube::ObjectPath& path) {
  return path.space.empty() ? path.name : path.space + "/" + path.name;
}

ApiServer::Reply ApiServer::get(const kube::ObjectPath& path) const {
  const Object found = find(path.resource.plural, key_of(path));
  if (!found) return not_found(path);
  return *found;
}

ApiServer::Reply ApiServer::create(const kube::ObjectPath& path, json::value object, int writer) {
  kube::ObjectPath full = path;
  if (full.name.empty()) full.name = base::text(object, "metadata", "name");
  if (find(full.resource.plural, key_of(full)))
    return Error(ErrorKind::already_exists, text_of(full) + " already exists");
  char uid[40];
  std::snprintf(uid, sizeof uid, "00000000-0000-4000-8000-%012d", ++uids_);
  json::object& meta = metadata(object);
  meta["uid"] = uid;
  meta["resourceVersion"] = std::to_string(version_ + 1);
  object.as_object().erase("status");
  tidy(object);
  auto stored = std::make_shared<const json::value>(std::move(object));
  record(full, kube::EventType::added, nullptr, stored, writer);
  return *stored;
}

ApiServer::Reply ApiServer::patch(const kube::ObjectPath& path, const kube::Patch& patch,
                                  int writer) {
  const Object present = find(path.resource.plural, key_of(path));
  if (!present) return not_found(path);
  Reply next = patched(*present, patch);
  if (!next) return next.error();
  return save(path, present, std::move(*next), writer);
}

ApiServer::Reply ApiServer::replace(const kube::ObjectPath& path, json::value object, int writer) {
  const Object present = find(path.resource.plural, key_of(path));
  if (!present) return not_found(path);
  if (base::text(object, "metadata", "uid").empty())
    metadata(object)["uid"] = base::text(*present, "metadata", "uid");
  return save(path, present, std::move(object), writer);
}

// Of a write to the status the server takes the status and judges the version, and puts the rest of
// the metadata back; so a wrong uid in it goes unnoticed. Other writes leave the status alone.
ApiServer::Reply ApiServer::save(const kube::ObjectPath& path, const Object& present,
                                 json::value next, int writer) {
  const std::string_view version = base::text(next, "metadata", "resourceVersion");
  if (!version.empty() && version != base::text(*present, "metadata", "resourceVersion"))
    return Error(ErrorKind::conflict, text_of(path) + ": the object has been modified");
  if (path.subresource == "status") {
    json::value with_status = *present;
    keep(with_status.as_object(), next, "status");
    next = std::move(with_status);
  } else {
    if (base::text(next, "metadata", "uid") != base::text(*present, "metadata", "uid"))
      return Error(ErrorKind::conflict, text_of(path) + ": the UID in the precondition differs");
    keep(next.as_object(), *present, "status");
    const json::value* deleting = metadata(*present, "deletionTimestamp");
    if (deleting)
      metadata(next)["deletionTimestamp"] = *deleting;
    else
      metadata(next).erase("deletionTimestamp");
    if (deleting && adds_finalizer(*present, next))
      return Error(ErrorKind::invalid, text_of(path) + ": no new finalizers while deleting");
    tidy(next);
  }
  metadata(next)["resourceVersion"] = base::text(*present, "metadata", "resourceVersion");
  if (next == *present) return next;
  metadata(next)["resourceVersion"] = std::to_string(version_ + 1);
  auto stored = std::make_shared<const json::value>(std::move(next));
  const bool gone = is_deleting(*stored) && !has_finalizers(*stored);
  record(path, gone ? kube::EventType::deleted : kube::EventType::modified, present, stored,
         writer);
  return *stored;
}

base::Result<void> ApiServer::remove(const kube::ObjectPath& path, const std::string& uid,
                                     int writer) {
  const Object present = find(path.resource.plural, key_of(path));
  if (!present) return not_found(path);
  if (!uid.empty() && base::text(*present, "metadata", "uid") != uid)
    return Error(ErrorKind::conflict, text_of(path) + ": the UID in the precondition differs");
  json::value next = *present;
  metadata(next)["resourceVersion"] = std::to_string(version_ + 1);
  if (has_finalizers(next)) {
    if (is_deleting(next)) return {};
    metadata(next)["deletionTimestamp"] = "2025-11-23T12:13:20Z";
    record(path, kube::EventType::modified, present,
           std::make_shared<const json::value>(std::move(next)), writer);
    return {};
  }
  record(path, kube::EventType::deleted, present,
         std::make_shared<const json::value>(std::move(next)), writer);
  return {};
}

ApiServer::Object ApiServer::find(const std::string& plural, const std::string& key) const {
  const auto collection = collections_.find(plural);
  if (collection == collections_.end()) return nullptr;
  const auto found = collection->second.objects.find(key);
  return found == collection->second.objects.end() ? nullptr : found->second;
}

std::vector<ApiServer::Object> ApiServer::objects(const std::string& plural, Version as_of) const {
  std::map<std::string, Object> at;
  for (const Change& change : log(plural)) {
    if (change.version > as_of) break;
    if (change.type == kube::EventType::deleted)
      at.erase(change.key);
    else
      at[change.key] = change.object;
  }
  std::vector<Object> found;
  for (auto& [key, object] : at) found.push_back(std::move(object));
  return found;
}

const std::vector<ApiServer::Change>& ApiServer::log(const std::string& plural) const {
  static const std::vector<Change> nothing;
  const auto found = collections_.find(plural);
  return found == collections_.end() ? nothing : found->second.log;
}

ApiServer::Version ApiServer::compacted(const std::string& plural) const {
  const auto found = collections_.find(plural);
  return found == collections_.end() ? 0 : found->second.compacted;
}

void ApiServer::compact(const std::string& plural) {
  collections_[plural].compacted = version_;
}

void ApiServer::record(const kube::ObjectPath& path, kube::EventType type, Object before,
                       Object after, int writer) {
  Collection& collection = collections_[path.resource.plural];
  const std::string key = key_of(path);
  const bool removed = type == kube::EventType::deleted;
  collection.log.push_back(Change{++version_, type, key, after});
  if (removed)
    collection.objects.erase(key);
  else
    collection.objects[key] = after;
  on_write(Write{writer, path.resource.plural, key, path.subresource, before, after, removed});
  on_change(path.resource.plural);
}

}  // namespace simulation
