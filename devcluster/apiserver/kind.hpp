#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace devcluster::apiserver {

using Json = nlohmann::json;

// A printer column: `path` is JSONPath in kubectl's simple form (".status.readyToUse").
struct Column {
  std::string name;
  std::string path;
  std::string type;  // "string", "integer", "number", "boolean", "date"
  std::string format;
  std::string description;
  int priority = 0;
};

// One served version of a kind, built in or learnt from a CustomResourceDefinition.
struct Kind {
  std::string group;  // empty: core
  std::string version;
  std::string kind;
  std::string list_kind;
  std::string plural;
  std::string singular;
  std::vector<std::string> short_names;
  std::vector<std::string> categories;
  bool namespaced = false;
  bool status_subresource = false;
  bool custom = false;                         // from a CRD: no strategic merge patch
  bool storage = true;                         // the version that objects are kept in
  std::string deprecation_warning;             // told to who asks for this version; may be empty
  Json schema;                                 // structural OpenAPI v3 schema; null: anything goes
  std::vector<Column> columns;                 // without the Name column, which always comes first
  std::vector<std::string> selectable_fields;  // beyond metadata.name and metadata.namespace

  std::string api_version() const { return group.empty() ? version : group + "/" + version; }
  std::string list_kind_name() const { return list_kind.empty() ? kind + "List" : list_kind; }
};

// Why an object was refused, as it goes into Status.details.causes.
struct Cause {
  std::string type;  // "FieldValueRequired", "FieldValueNotSupported", "FieldValueTypeInvalid", ...
  std::string field;  // "spec.deletionPolicy"
  std::string message;
};

}  // namespace devcluster::apiserver
