#pragma once

#include <map>
#include <string>
#include <vector>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// What both OpenAPI documents say, before it takes the form of one of them.

struct ApiParameter {
  std::string name;
  std::string type;
  std::string description;
};

struct ApiOperation {
  std::string method;  // "get", "post", ...
  std::string action;  // "get", "list", "deletecollection", ...
  std::string id;      // unique among all operations
  Json group_version_kind;
  std::vector<ApiParameter> query;
  std::vector<std::string> consumes;  // media types of the body; empty: there is none
  std::string body;                   // definition of the body
  std::string answer;                 // definition of the answer
};

struct ApiPath {
  std::string address;  // "/api/v1/namespaces/{namespace}/secrets/{name}"
  std::vector<ApiParameter> placeholders;
  std::vector<ApiOperation> operations;
};

std::vector<ApiPath> paths_of(const Kind& kind);

// By name, such as io.k8s.storage.snapshot.v1.VolumeSnapshotContent: each kind, its list, and what
// they have in common. A reference to another one is {"$ref": "<name>", "description": ...}.
std::map<std::string, Json> definitions_of(const std::vector<Kind>& kinds);

std::string definition_name(const Kind& kind);

}  // namespace devcluster::apiserver
