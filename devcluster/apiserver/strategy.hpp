#pragma once

#include <string>
#include <vector>

#include "devcluster/apiserver/metadata.hpp"
#include "devcluster/apiserver/refusal.hpp"

namespace devcluster::apiserver {

// What the server makes of a body before it is stored: the rules for writing, without the store.
// All take and return objects in the version of `kind`.

// An object as it was sent, made fit to be stored.
struct Decoded {
  Json object;
  std::vector<std::string> unknown_fields;  // what was dropped: fieldValidation says how bad it is
};

// Reads a body as an object of the kind: right apiVersion and kind, readable metadata, nothing that
// the schema does not know, defaults filled in. Refused with 400.
Answer<Decoded> decoded(const Kind& kind, Json body);

// The first version of an object. Its namespace and name are already in metadata.
Answer<Json> for_create(const Kind& kind, Json object, const Writer& writer);

// The next version, or one equal to `old` when nothing changed: then nothing is to be stored.
// Refused when the fresh one names another resourceVersion.
Answer<Json> for_update(const Kind& kind, const Json& old, Json fresh, const Writer& writer);

// The object with deletionTimestamp set, waiting for its finalizers.
Json marked_deleted(Json object, const std::string& now);

// Whether a PUT may leave out metadata.resourceVersion.
bool unconditional_update_allowed(const Kind& kind);
// Whether a PUT may create.
bool create_on_update_allowed(const Kind& kind);

}  // namespace devcluster::apiserver
