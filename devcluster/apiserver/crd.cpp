#include "devcluster/apiserver/crd.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/schema.hpp"

namespace devcluster::apiserver {
namespace {

using Problem = std::optional<std::string>;

constexpr std::string_view approval = "api-approved.kubernetes.io";

std::string path_of(std::size_t version) {
  return "spec.versions[" + std::to_string(version) + "]";
}

Problem missing(const Json& crd, std::initializer_list<std::array<std::string_view, 2>> fields) {
  for (const auto& [parent, name] : fields) {
    const Json* spec = member(crd, "spec");
    const Json* holder = spec && !parent.empty() ? member(*spec, parent) : spec;
    if (holder && !text(*holder, name).empty()) continue;
    const std::string prefix = parent.empty() ? "spec." : "spec." + std::string(parent) + ".";
    return prefix + std::string(name) + ": Required value";
  }
  return std::nullopt;
}

bool is_protected(std::string_view group) {
  const auto is_or_under = [group](std::string_view domain) {
    return group == domain || group.ends_with("." + std::string(domain));
  };
  return is_or_under("k8s.io") || is_or_under("kubernetes.io");
}

Problem problem_in_names(const Json& crd) {
  if (Problem problem = missing(crd, {{"", "group"}, {"names", "plural"}, {"names", "kind"}}))
    return problem;
  const std::string expected = std::string(text(crd, "spec", "names", "plural")) + "." +
                               std::string(text(crd, "spec", "group"));
  if (text(crd, "metadata", "name") != expected)
    return "metadata.name: Invalid value: \"" + std::string(text(crd, "metadata", "name")) +
           "\": must be spec.names.plural+\".\"+spec.group, which is \"" + expected + "\"";
  const std::string_view scope = text(crd, "spec", "scope");
  if (scope != "Namespaced" && scope != "Cluster")
    return "spec.scope: Unsupported value: \"" + std::string(scope) +
           "\": supported values: \"Cluster\", \"Namespaced\"";
  if (is_protected(text(crd, "spec", "group")) &&
      text(crd, "metadata", "annotations", approval).empty())
    return "metadata.annotations[" + std::string(approval) +
           "]: Required value: groups under k8s.io and kubernetes.io need this annotation, with "
           "the "
           "address of the review that approved the API";
  return std::nullopt;
}

Problem problem_in_columns(const Json& version, const std::string& at) {
  static constexpr std::array types{"integer", "number", "string", "boolean", "date"};
  const Json::array_t& columns = list(version, "additionalPrinterColumns");
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string here = at + ".additionalPrinterColumns[" + std::to_string(i) + "]";
    for (const std::string_view field : {"name", "type", "jsonPath"})
      if (text(columns[i], field).empty())
        return here + "." + std::string(field) + ": Required value";
    if (std::find(types.begin(), types.end(), text(columns[i], "type")) == types.end())
      return here + ".type: Invalid value: \"" + std::string(text(columns[i], "type")) +
             "\": must be one of boolean, date, integer, number, string";
  }
  return std::nullopt;
}

// ".spec.driver" must lead to a plain value in the schema.
Problem problem_in_selectable_fields(const Json& version, const std::string& at) {
  const Json::array_t& fields = list(version, "selectableFields");
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string_view path = text(fields[i], "jsonPath");
    const Json* schema = member(version, "schema", "openAPIV3Schema");
    std::string_view rest = path;
    while (schema && rest.starts_with('.')) {
      rest.remove_prefix(1);
      const std::string_view key = rest.substr(0, rest.find('.'));
      schema = member(*schema, "properties", key);
      rest.remove_prefix(key.size());
    }
    const std::string_view type = schema && rest.empty() ? text(*schema, "type") : "";
    if (type != "string" && type != "boolean" && type != "integer")
      return at + ".selectableFields[" + std::to_string(i) + "].jsonPath: Invalid value: \"" +
             std::string(path) + "\": must name a string, boolean or integer field of the schema";
  }
  return std::nullopt;
}

Problem problem_in_version(const Json& version, const std::string& at) {
  if (text(version, "name").empty()) return at + ".name: Required value";
  for (const std::string_view flag : {"served", "storage"}) {
    const Json* value = member(version, flag);
    if (!value || !value->is_boolean()) return at + "." + std::string(flag) + ": Required value";
  }
  const Json* schema = member(version, "schema", "openAPIV3Schema");
  if (!schema || text(*schema, "type") != "object")
    return at + ".schema.openAPIV3Schema: Required value: schemas are required, of type object";
  if (const Problem problem = problem_in(*schema))
    return at + ".schema.openAPIV3Schema." + *problem;
  if (Problem problem = problem_in_columns(version, at)) return problem;
  return problem_in_selectable_fields(version, at);
}

Problem problem_in_definition(const Json& crd) {
  if (text(crd, "apiVersion") != "apiextensions.k8s.io/v1")
    return "apiVersion: Invalid value: \"" + std::string(text(crd, "apiVersion")) +
           "\": must be apiextensions.k8s.io/v1";
  if (Problem problem = problem_in_names(crd)) return problem;
  const Json::array_t& versions = list(crd, "spec", "versions");
  if (versions.empty()) return "spec.versions: Required value: must have at least one version";
  for (std::size_t i = 0; i < versions.size(); ++i)
    if (Problem problem = problem_in_version(versions[i], path_of(i))) return problem;
  const auto stored = std::count_if(versions.begin(), versions.end(), [](const Json& version) {
    return is_true(version, "storage");
  });
  if (stored != 1)
    return "spec.versions: Invalid value: must have exactly one version marked as storage version";
  return std::nullopt;
}

std::vector<std::string> strings(const Json::array_t& values) {
  std::vector<std::string> result;
  for (const Json& value : values)
    if (value.is_string()) result.push_back(value.get<std::string>());
  return result;
}

Column column_of(const Json& from) {
  Column column;
  column.name = text(from, "name");
  column.path = text(from, "jsonPath");
  column.type = text(from, "type");
  column.format = text(from, "format");
  column.description = text(from, "description");
  const Json* priority = member(from, "priority");
  if (priority && priority->is_number_integer()) column.priority = priority->get<int>();
  return column;
}

// A definition without columns of its own shows the age.
std::vector<Column> columns_of(const Json& version) {
  std::vector<Column> columns;
  for (const Json& column : list(version, "additionalPrinterColumns"))
    columns.push_back(column_of(column));
  if (columns.empty())
    columns.push_back(
        {"Age", ".metadata.creationTimestamp", "date", "", "Time since creation.", 0});
  return columns;
}

// Field selectors are written without the leading dot.
std::vector<std::string> selectable_fields_of(const Json& version) {
  std::vector<std::string> fields;
  for (const Json& field : list(version, "selectableFields"))
    fields.emplace_back(text(field, "jsonPath").substr(1));
  return fields;
}

std::string lower_case(std::string_view word) {
  std::string result(word);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

Json completed_names(const Json& names) {
  Json result = names;
  const std::string kind(text(names, "kind"));
  if (text(names, "singular").empty()) result["singular"] = lower_case(kind);
  if (text(names, "listKind").empty()) result["listKind"] = kind + "List";
  return result;
}

std::string deprecation_warning_of(const Kind& kind, const Json& version) {
  if (!is_true(version, "deprecated")) return {};
  const std::string_view own = text(version, "deprecationWarning");
  return own.empty() ? kind.api_version() + " " + kind.kind + " is deprecated" : std::string(own);
}

Kind kind_of(const Json& crd, const Json& version) {
  const Json names = completed_names(crd["spec"]["names"]);
  Kind kind;
  kind.group = text(crd, "spec", "group");
  kind.version = text(version, "name");
  kind.kind = text(names, "kind");
  kind.list_kind = text(names, "listKind");
  kind.plural = text(names, "plural");
  kind.singular = text(names, "singular");
  kind.short_names = strings(list(names, "shortNames"));
  kind.categories = strings(list(names, "categories"));
  kind.namespaced = text(crd, "spec", "scope") == "Namespaced";
  kind.status_subresource = member(version, "subresources", "status") != nullptr;
  kind.custom = true;
  kind.storage = is_true(version, "storage");
  kind.deprecation_warning = deprecation_warning_of(kind, version);
  kind.schema = version["schema"]["openAPIV3Schema"];
  kind.columns = columns_of(version);
  kind.selectable_fields = selectable_fields_of(version);
  return kind;
}

// Sets a condition to true, keeping the time at which it became so.
void hold(Json& conditions, const Json& condition) {
  for (Json& existing : conditions) {
    if (text(existing, "type") != text(condition, "type")) continue;
    if (text(existing, "status") != "True") existing = condition;
    return;
  }
  conditions.push_back(condition);
}

void add_stored_version(Json& stored, const Json& crd) {
  for (const Json& version : list(crd, "spec", "versions")) {
    const Json name = text(version, "name");
    if (is_true(version, "storage") &&
        std::find(stored.begin(), stored.end(), name) == stored.end())
      stored.push_back(name);
  }
}

Json array_or_empty(const Json& parent, std::string_view key) {
  return list(parent, key);
}

}  // namespace

base::Result<std::vector<Kind>> kinds_of(const Json& crd) {
  if (const Problem problem = problem_in_definition(crd))
    return base::Error(base::ErrorKind::invalid, *problem);
  std::vector<Kind> kinds;
  for (const Json& version : crd["spec"]["versions"])
    if (is_true(version, "served")) kinds.push_back(kind_of(crd, version));
  return kinds;
}

Json established(Json crd) {
  Json names = completed_names(crd["spec"]["names"]);
  if (!crd["spec"].contains("conversion")) crd["spec"]["conversion"] = {{"strategy", "None"}};
  crd["spec"]["names"] = names;

  const Json now = text(crd, "metadata", "creationTimestamp");
  Json status =
      crd.contains("status") && crd["status"].is_object() ? crd["status"] : Json::object();
  Json conditions = array_or_empty(status, "conditions");
  hold(conditions, {{"type", "NamesAccepted"},
                    {"status", "True"},
                    {"reason", "NoConflicts"},
                    {"message", "no conflicts found"},
                    {"lastTransitionTime", now}});
  hold(conditions, {{"type", "Established"},
                    {"status", "True"},
                    {"reason", "InitialNamesAccepted"},
                    {"message", "the initial names have been accepted"},
                    {"lastTransitionTime", now}});
  Json stored = array_or_empty(status, "storedVersions");
  add_stored_version(stored, crd);
  status["conditions"] = std::move(conditions);
  status["acceptedNames"] = std::move(names);
  status["storedVersions"] = std::move(stored);
  crd["status"] = std::move(status);
  return crd;
}

}  // namespace devcluster::apiserver
