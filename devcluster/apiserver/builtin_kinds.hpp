#pragma once

#include <vector>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// The kinds that are served without any CustomResourceDefinition, in discovery order. Their schemas
// name what people write and read; the strategic merge keys stand in them as the vendor extensions
// x-kubernetes-patch-strategy and x-kubernetes-patch-merge-key.
std::vector<Kind> builtin_kinds();

// What the real server's registry does to an object that is about to be written, beyond its schema:
// a Secret's stringData is folded into data, a Namespace gets its name as a label, and namespaces,
// volumes and claims that carry no phase get their first one. Harmless when done twice; does
// nothing for other kinds. To be called on create and on update, after status was settled.
void admit(const Kind& kind, Json& object);

}  // namespace devcluster::apiserver
