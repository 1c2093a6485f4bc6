#include "devcluster/apiserver/table.hpp"

#include <chrono>
#include <cstdint>

#include "devcluster/apiserver/builtin_columns.hpp"
#include "devcluster/apiserver/human_duration.hpp"
#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/json_path.hpp"
#include "devcluster/apiserver/rfc3339.hpp"

namespace devcluster::apiserver {
namespace {

using Now = std::chrono::sys_seconds;

// A value as the column's type asks for it. What does not fit the type is shown as missing.
Json cell_of(const Column& column, const Json& value, Now now) {
  if (value.is_null()) return nullptr;
  if (column.type == "string")
    return value.is_string() ? value
                             : Json(value.dump(-1, ' ', false, Json::error_handler_t::replace));
  if (column.type == "date")
    return value.is_string() ? Json(human_age(value.get<std::string>(), now)) : Json();
  if (column.type == "boolean") return value.is_boolean() ? value : Json();
  if (column.type == "number") return value.is_number() ? value : Json();
  if (column.type != "integer" || !value.is_number()) return nullptr;
  return value.is_number_float() ? Json(static_cast<std::int64_t>(value.get<double>())) : value;
}

PrintedColumn printed(const Column& column) {
  return {column, [column](const Json& object, Now now) {
            const Json* value = find_path(object, column.path);
            return value ? cell_of(column, *value, now) : Json();
          }};
}

std::vector<PrintedColumn> columns_of(const Kind& kind) {
  if (!kind.custom) return builtin_columns(kind);
  std::vector<PrintedColumn> columns{name_column()};
  for (const Column& column : kind.columns) columns.push_back(printed(column));
  return columns;
}

Json definition_of(const Column& column) {
  const std::string description =
      column.description.empty()
          ? "Custom resource definition column (in JSONPath format): " + column.path
          : column.description;
  return {{"name", column.name},
          {"type", column.type},
          {"format", column.format},
          {"description", description},
          {"priority", column.priority}};
}

Json without_content(const Json& object) {
  const Json* metadata = member(object, "metadata");
  return {{"kind", "PartialObjectMetadata"},
          {"apiVersion", "meta.k8s.io/v1"},
          {"metadata", metadata ? *metadata : Json::object()}};
}

}  // namespace

Json table_of(const Kind& kind, const std::vector<Json>& objects, bool include_object_full,
              std::string_view now_rfc3339) {
  const Now now = parse_rfc3339(now_rfc3339).value_or(Now{});
  const std::vector<PrintedColumn> columns = columns_of(kind);
  Json definitions = Json::array();
  for (const PrintedColumn& column : columns) definitions.push_back(definition_of(column.column));

  Json rows = Json::array();
  for (const Json& object : objects) {
    Json cells = Json::array();
    for (const PrintedColumn& column : columns) cells.push_back(column.cell(object, now));
    rows.push_back({{"cells", std::move(cells)},
                    {"object", include_object_full ? object : without_content(object)}});
  }
  return {{"kind", "Table"},
          {"apiVersion", "meta.k8s.io/v1"},
          {"metadata", Json::object()},
          {"columnDefinitions", std::move(definitions)},
          {"rows", std::move(rows)}};
}

}  // namespace devcluster::apiserver
