#include "tests/support/contents.hpp"

#include <boost/json/parse.hpp>

#include "snapshot/content_kind.hpp"
#include "snapshot/keys.hpp"

namespace tests {
namespace {

namespace json = boost::json;
namespace keys = snapshot::keys;

json::string_view view(std::string_view text) {
  return {text.data(), text.size()};
}

json::object& inside(json::value& object, std::initializer_list<const char*> path) {
  json::value* at = &object;
  for (const char* key : path) {
    json::value& next = at->as_object()[key];
    if (!next.is_object()) next = json::object();
    at = &next;
  }
  return at->as_object();
}

const snapshot::ContentKind& kind_of(const json::value& object) {
  const bool group = object.at("kind") == view(snapshot::grouped.kind);
  return group ? snapshot::grouped : snapshot::individual;
}

void annotate(json::value& object, std::string_view key, std::string_view value) {
  inside(object, {"metadata", "annotations"})[view(key)] = view(value);
}

json::array list_of(const std::vector<std::string>& texts) {
  json::array list;
  for (const std::string& text : texts) list.emplace_back(text);
  return list;
}

json::array& finalizers(json::value& object) {
  json::value& list = inside(object, {"metadata"})["finalizers"];
  if (!list.is_array()) list = json::array();
  return list.as_array();
}

}  // namespace

json::value content_with(std::initializer_list<Change> changes) {
  json::value content = json::parse(R"({
    "apiVersion": "snapshot.storage.k8s.io/v1",
    "kind": "VolumeSnapshotContent",
    "metadata": {"name": "content-1", "uid": "c0ffee00-0000-4000-8000-000000000001",
                 "resourceVersion": "7",
                 "finalizers": ["snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection"]},
    "spec": {"driver": "csi.example.com", "deletionPolicy": "Delete",
             "volumeSnapshotClassName": "fast",
             "source": {"volumeHandle": "vol-1"},
             "volumeSnapshotRef": {"name": "backup", "namespace": "team-a",
                                   "uid": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"}}})");
  for (const Change& change : changes) change(content);
  return content;
}

json::value group_content_with(std::initializer_list<Change> changes) {
  json::value content = json::parse(R"({
    "apiVersion": "groupsnapshot.storage.k8s.io/v1",
    "kind": "VolumeGroupSnapshotContent",
    "metadata": {"name": "group-1", "uid": "c0ffee00-0000-4000-8000-000000000002",
                 "resourceVersion": "7",
                 "finalizers": ["groupsnapshot.storage.kubernetes.io/volumegroupsnapshotcontent-bound-protection"]},
    "spec": {"driver": "csi.example.com", "deletionPolicy": "Delete",
             "volumeGroupSnapshotClassName": "fast-groups",
             "source": {"volumeHandles": ["vol-1", "vol-2"]},
             "volumeGroupSnapshotRef": {"name": "backups", "namespace": "team-a",
                                        "uid": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"}}})");
  for (const Change& change : changes) change(content);
  return content;
}

Change annotation(std::string key, std::string value) {
  return [key, value](json::value& c) { annotate(c, key, value); };
}

Change being_created() {
  return [](json::value& c) { annotate(c, kind_of(c).being_created, "yes"); };
}

Change deletion_requested() {
  return
      [](json::value& c) { inside(c, {"metadata"})["deletionTimestamp"] = "2026-01-02T03:04:05Z"; };
}

Change being_deleted() {
  return [](json::value& c) {
    deletion_requested()(c);
    annotate(c, kind_of(c).being_deleted, "yes");
  };
}

Change handle(std::string id) {
  return [id](json::value& c) { inside(c, {"status"})[view(kind_of(c).status_handle)] = id; };
}

Change ready() {
  return [](json::value& c) { inside(c, {"status"})["readyToUse"] = true; };
}

Change not_ready() {
  return [](json::value& c) { inside(c, {"status"})["readyToUse"] = false; };
}

Change cut(std::string id) {
  return [id](json::value& c) {
    json::object& status = inside(c, {"status"});
    status["snapshotHandle"] = id;
    status["readyToUse"] = false;
    status["restoreSize"] = 1000;
    status["creationTime"] = 5;
  };
}

Change retain() {
  return [](json::value& c) { inside(c, {"spec"})["deletionPolicy"] = "Retain"; };
}

Change unbound() {
  return [](json::value& c) {
    inside(c, {"spec"})[view(kind_of(c).spec_ref)].as_object().erase("uid");
  };
}

Change no_finalizer() {
  return [](json::value& c) {
    json::array& list = finalizers(c);
    for (auto it = list.begin(); it != list.end();)
      it = *it == view(kind_of(c).finalizer) ? list.erase(it) : it + 1;
  };
}

Change foreign_finalizer(std::string name) {
  return [name](json::value& c) { finalizers(c).emplace_back(name); };
}

Change error(std::string message) {
  return [message](json::value& c) {
    json::object& what = inside(c, {"status", "error"});
    what["message"] = message;
    what["time"] = "2026-01-02T03:04:05Z";
  };
}

Change preprovisioned(std::string id) {
  return [id](json::value& c) {
    json::object& source = inside(c, {"spec", "source"});
    source.clear();
    source["snapshotHandle"] = id;
  };
}

Change preprovisioned_group(std::string id, std::vector<std::string> members) {
  return [id, members](json::value& c) {
    json::object& source = inside(c, {"spec", "source"});
    source.clear();
    source["groupSnapshotHandles"] = {{"volumeGroupSnapshotHandle", id},
                                      {"volumeSnapshotHandles", list_of(members)}};
  };
}

Change members(std::vector<std::string> handles) {
  return [handles](json::value& c) {
    json::array list;
    for (const std::string& handle : handles)
      list.push_back({{"snapshotHandle", handle}, {"readyToUse", false}});
    inside(c, {"status"})["volumeSnapshotInfoList"] = std::move(list);
  };
}

Change group_member() {
  return annotation(std::string(keys::group_member), "group-1");
}

Change group_handle() {
  return [](json::value& c) { inside(c, {"status"})["volumeGroupSnapshotHandle"] = "group-1"; };
}

Change class_name(std::string name) {
  return [name](json::value& c) {
    json::object& spec = inside(c, {"spec"});
    if (name.empty()) {
      spec.erase(view(kind_of(c).spec_class));
    } else {
      spec[view(kind_of(c).spec_class)] = name;
    }
  };
}

Change secret(std::string space, std::string name) {
  return [space, name](json::value& c) {
    annotate(c, kind_of(c).secret_namespace, space);
    annotate(c, kind_of(c).secret_name, name);
  };
}

Change driver(std::string name) {
  return [name](json::value& c) { inside(c, {"spec"})["driver"] = name; };
}

Change labelled(std::string key, std::string value) {
  return [key, value](json::value& c) { inside(c, {"metadata", "labels"})[key] = value; };
}

Change named(std::string name) {
  return [name](json::value& c) {
    inside(c, {"metadata"})["name"] = name;
    inside(c, {"metadata"})["uid"] = "uid-of-" + name;
  };
}

Change at_version(std::string resource_version) {
  return [resource_version](json::value& c) {
    inside(c, {"metadata"})["resourceVersion"] = resource_version;
  };
}

}  // namespace tests
