#pragma once

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// The schemas of the built-in kinds, without apiVersion, kind and metadata, which builtin_kinds
// adds to each. What this server has no use for is declared as an object nobody looks into.

// builtin_schemas_core.cpp
Json namespace_schema();
Json secret_schema();
Json config_map_schema();
Json service_account_schema();
Json event_schema();
Json node_schema();

// builtin_schemas_storage.cpp
Json persistent_volume_schema();
Json persistent_volume_claim_schema();
Json storage_class_schema();

// builtin_schemas_machinery.cpp
Json lease_schema();
Json custom_resource_definition_schema();

// Pieces that several kinds share (builtin_schemas_core.cpp).
Json object_reference_schema(std::string_view description);
Json label_selector_schema(std::string_view description);
// A condition's type, status, reason, message and times.
Json conditions_schema(std::string_view description);

}  // namespace devcluster::apiserver
