#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

// A valid VolumeSnapshotContent to which a test adds the one thing that matters to it. Bound,
// dynamic, policy Delete, with our finalizer; nothing done yet.
namespace tests {

inline constexpr const char* driver_name = "csi.example.com";
inline constexpr const char* snapshot_uid = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";

using Change = std::function<void(boost::json::value&)>;

boost::json::value content_with(std::initializer_list<Change> changes = {});

// The same of a group: two volumes, class "fast-groups". The changes below know both kinds.
boost::json::value group_content_with(std::initializer_list<Change> changes = {});

Change being_created();
Change being_deleted();       // the snapshot-controller's mark and the deletion timestamp
Change deletion_requested();  // the timestamp alone
Change handle(std::string id);
Change ready();
Change not_ready();
Change cut(std::string id);  // recorded, not ready: size 1000, creation time 5
Change retain();
Change unbound();
Change no_finalizer();
Change foreign_finalizer(std::string name = "example.com/keep");  // after ours
Change error(std::string message);
Change preprovisioned(std::string id);
Change preprovisioned_group(std::string id, std::vector<std::string> members);
Change members(std::vector<std::string> handles);  // in a group's status, not ready
Change group_member();
Change group_handle();
Change class_name(std::string name);  // empty: none
Change secret(std::string space, std::string name);
Change driver(std::string name);
Change annotation(std::string key, std::string value);
Change labelled(std::string key, std::string value);
Change named(std::string name);
Change at_version(std::string resource_version);

}  // namespace tests
