#pragma once

#include <vector>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// What the real server asks of an Event of core/v1 beyond its schema, as the causes of a 422. An
// Event with eventTime is held to the stricter rules of events.k8s.io.
std::vector<Cause> event_causes(const Json& event);

// Fields that an Event always has when it is read, if only empty.
void complete_event(Json& event);

}  // namespace devcluster::apiserver
