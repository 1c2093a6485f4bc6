#pragma once

#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/clock.hpp"
#include "snapshot/content_plan.hpp"
#include "snapshot/content_view.hpp"

// The writes to a content, of one snapshot or of a group. Each touches only what is ours, one key
// at a time, and carries metadata.uid, so that a re-created object of the same name is never
// touched and another writer's annotation, label or finalizer is never lost (design.md 3.6).
namespace snapshot {

// Merge patches on the object.
boost::json::object mark_patch(const ContentView& content);
boost::json::object unmark_patch(const ContentView& content);

// JSON patch on the object. A list has no keys, so a `test` guards the place of the finalizer:
// where somebody changed the list meanwhile, the server refuses and we read again.
boost::json::array release_patch(const ContentView& content);

// JSON patches on its status. There a merge patch cannot be guarded: the server puts the old
// metadata back before it looks at the new object, so a wrong uid in it would go unnoticed.
boost::json::array status_patch(const ContentView& content, const TakenSnapshot& taken);
boost::json::array error_patch(const ContentView& content, const WriteError& error,
                               base::WallTime now);
boost::json::array clear_status_patch(const ContentView& content);

// What the status lacks of what the driver said: the members that status_patch() writes, null for
// one that it removes.
// The handle, the creation time and a group's list of members are written once; size, readiness and
// error follow the driver until the snapshot is ready.
boost::json::object status_changes(const ContentView& content, const TakenSnapshot& taken);

}  // namespace snapshot
