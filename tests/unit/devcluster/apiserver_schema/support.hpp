#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// JSON as people write it by hand: with ' for ".
Json j(std::string_view with_single_quotes);

// A definition of kind Backup that kinds_of accepts, with this schema; the test states the rest.
Json backup_definition(const Json& schema = Json{{"type", "object"}});

// The one of manifests/crds/*_<plural>.yaml.
Json crd_manifest(std::string_view plural);

// A served version of that definition.
Kind snapshot_kind(std::string_view plural, std::string_view version = "v1");

const Kind& builtin_kind(std::string_view plural);

// "spec.driver: Required value", one per cause.
std::vector<std::string> sentences(const std::vector<Cause>& causes);

}  // namespace devcluster::apiserver
