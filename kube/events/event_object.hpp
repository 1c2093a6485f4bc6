#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "kube/api/resource.hpp"
#include "kube/events/event_correlator.hpp"

namespace kube {

// Events as core/v1 has them, the only group that upstream's RBAC rules grant. eventTime stays
// unset: with it the server would refuse a component with a blank in its name, such as ours
// (spec/kube-client.md 10.1).

// Where events about this object live, with an empty name: in its namespace, or in "default" when
// it has none.
ObjectPath event_collection(const ObjectReference& about);

// The object to post; `component` says who tells.
boost::json::object event_object(const CorrelatedEvent& correlated, const std::string& component);

// The merge patch for one more of the same.
boost::json::object event_patch(const CorrelatedEvent& correlated);

}  // namespace kube
