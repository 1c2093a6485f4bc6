#include <algorithm>
#include <cmath>
#include <cstdint>

#include "devcluster/apiserver/causes.hpp"
#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/object_meta.hpp"
#include "devcluster/apiserver/schema.hpp"
#include "devcluster/apiserver/schema_formats.hpp"
#include "devcluster/apiserver/schema_nodes.hpp"

namespace devcluster::apiserver {
namespace {

using Causes = std::vector<Cause>;

std::string as_text(const Json& number) {
  return number.dump();
}

const Json* number(const Json& schema, std::string_view key) {
  const Json* value = member(schema, key);
  return value && value->is_number() ? value : nullptr;
}

// A limit on a count that is not kept, such as maxItems; null when it is kept or absent.
const Json* broken_maximum(const Json& schema, std::string_view key, std::size_t count) {
  const Json* limit = number(schema, key);
  return limit && static_cast<double>(count) > limit->get<double>() ? limit : nullptr;
}
const Json* broken_minimum(const Json& schema, std::string_view key, std::size_t count) {
  const Json* limit = number(schema, key);
  return limit && static_cast<double>(count) < limit->get<double>() ? limit : nullptr;
}

void append(Causes& to, Causes from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

Causes check(const Json& schema, const Json& value, const std::string& path);

bool is_valid(const Json& schema, const Json& value, const std::string& path) {
  return check(schema, value, path).empty();
}

// The type, then whether anything further is worth checking.
bool check_type(const Json& schema, const Json& value, const std::string& path, Causes& causes) {
  if (value.is_null() && is_true(schema, "nullable")) return false;
  if (is_true(schema, "x-kubernetes-int-or-string")) {
    if (fits_type(value, "integer") || value.is_string()) return true;
    causes.push_back(wrong_type(path, type_of(value), "integer,string"));
    return false;
  }
  const std::string_view expected = text(schema, "type");
  if (expected.empty() || fits_type(value, expected)) return true;
  causes.push_back(wrong_type(path, type_of(value), expected));
  return false;
}

void check_string(const Json& schema, const Json& value, const std::string& path, Causes& causes) {
  const auto& string = value.get_ref<const std::string&>();
  const std::size_t length = length_of(string);
  if (const Json* limit = broken_maximum(schema, "maxLength", length))
    causes.push_back(too_long(path, as_text(*limit)));
  if (const Json* limit = broken_minimum(schema, "minLength", length))
    causes.push_back(invalid_value(
        path, value, path + " in body should be at least " + as_text(*limit) + " chars long"));
  const std::string pattern(text(schema, "pattern"));
  if (!pattern.empty() && !fits_pattern(string, pattern))
    causes.push_back(invalid_value(path, value, path + " in body should match '" + pattern + "'"));
}

void check_number(const Json& schema, const Json& value, const std::string& path, Causes& causes) {
  const auto refuse = [&](std::string_view words, const Json& limit) {
    causes.push_back(invalid_value(
        path, value, path + " in body should be " + std::string(words) + " " + as_text(limit)));
  };
  if (const Json* most = number(schema, "maximum")) {
    const bool exclusive = is_true(schema, "exclusiveMaximum");
    if (value > *most || (exclusive && value == *most))
      refuse(exclusive ? "less than" : "less than or equal to", *most);
  }
  if (const Json* least = number(schema, "minimum")) {
    const bool exclusive = is_true(schema, "exclusiveMinimum");
    if (value < *least || (exclusive && value == *least))
      refuse(exclusive ? "greater than" : "greater than or equal to", *least);
  }
  const Json* step = number(schema, "multipleOf");
  if (step && std::remainder(value.get<double>(), step->get<double>()) != 0.0)
    refuse("a multiple of", *step);
}

bool has_duplicates(const Json& array) {
  for (auto it = array.begin(); it != array.end(); ++it)
    if (std::find(array.begin(), it, *it) != it) return true;
  return false;
}

// x-kubernetes-list-type set and map: no two elements with the same value, or the same keys.
void check_list_type(const Json& schema, const Json& array, const std::string& path,
                     Causes& causes) {
  const std::string_view type = text(schema, "x-kubernetes-list-type");
  Json seen = Json::array();
  for (std::size_t i = 0; i < array.size() && (type == "set" || type == "map"); ++i) {
    Json identity = type == "set" ? array[i] : Json::object();
    for (const Json& key : list(schema, "x-kubernetes-list-map-keys"))
      if (const Json* value = type == "map" && key.is_string()
                                  ? member(array[i], key.get_ref<const std::string&>())
                                  : nullptr)
        identity[key.get_ref<const std::string&>()] = *value;
    if (std::find(seen.begin(), seen.end(), identity) != seen.end())
      causes.push_back(duplicate_value(path_to_element(path, i), identity));
    else
      seen.push_back(std::move(identity));
  }
}

void check_array(const Json& schema, const Json& array, const std::string& path, Causes& causes) {
  if (const Json* limit = broken_maximum(schema, "maxItems", array.size()))
    causes.push_back(too_many(path, array.size(), as_text(*limit)));
  if (const Json* limit = broken_minimum(schema, "minItems", array.size()))
    causes.push_back(invalid_value(
        path, array, path + " in body should have at least " + as_text(*limit) + " items"));
  if (is_true(schema, "uniqueItems") && has_duplicates(array))
    causes.push_back(invalid_value(path, array, path + " in body shouldn't contain duplicates"));
  check_list_type(schema, array, path, causes);
  const Json* items = schema_of_items(schema);
  for (std::size_t i = 0; items && i < array.size(); ++i)
    append(causes, check(*items, array[i], path_to_element(path, i)));
}

void check_object(const Json& schema, const Json& object, const std::string& path, Causes& causes) {
  if (const Json* limit = broken_maximum(schema, "maxProperties", object.size()))
    causes.push_back(too_many(path, object.size(), as_text(*limit)));
  if (const Json* limit = broken_minimum(schema, "minProperties", object.size()))
    causes.push_back(invalid_value(
        path, object, path + " in body should have at least " + as_text(*limit) + " properties"));
  for (const Json& name : list(schema, "required"))
    if (name.is_string() && !object.contains(name.get_ref<const std::string&>()))
      causes.push_back(required_value(path_to_member(path, name.get_ref<const std::string&>())));
  for (const auto& [key, value] : object.items())
    if (const Json* ruling = schema_of_member(schema, key))
      append(causes, check(*ruling, value, path_to_member(path, key)));
}

void check_enum(const Json& schema, const Json& value, const std::string& path, Causes& causes) {
  const Json* allowed = member(schema, "enum");
  if (!allowed || !allowed->is_array()) return;
  if (std::find(allowed->begin(), allowed->end(), value) == allowed->end())
    causes.push_back(unsupported_value(path, value, *allowed));
}

// What is wrong with the branch that comes nearest.
Causes nearest_miss(const Json::array_t& branches, const Json& value, const std::string& path) {
  Causes nearest;
  for (const Json& branch : branches) {
    Causes causes = check(branch, value, path);
    if (nearest.empty() || causes.size() < nearest.size()) nearest = std::move(causes);
  }
  return nearest;
}

// A rule about the value as a whole: the real server gives no value with it.
Cause composite(const std::string& path, std::string_view what) {
  return invalid_value(path, "", "\"" + path + "\" must " + std::string(what));
}

void check_composites(const Json& schema, const Json& value, const std::string& path,
                      Causes& causes) {
  const auto valid_among = [&](const Json::array_t& branches) {
    return std::count_if(branches.begin(), branches.end(),
                         [&](const Json& branch) { return is_valid(branch, value, path); });
  };
  const Json::array_t& any = list(schema, "anyOf");
  if (!any.empty() && valid_among(any) == 0) {
    append(causes, nearest_miss(any, value, path));
    causes.push_back(composite(path, "validate at least one schema (anyOf)"));
  }
  const Json::array_t& one = list(schema, "oneOf");
  const auto valid = one.empty() ? 1 : valid_among(one);
  if (valid == 0) {
    append(causes, nearest_miss(one, value, path));
    causes.push_back(composite(path, "validate one and only one schema (oneOf). Found none valid"));
  } else if (valid > 1) {
    causes.push_back(composite(path, "validate one and only one schema (oneOf). Found " +
                                         std::to_string(valid) + " valid alternatives"));
  }
  const Json::array_t& all = list(schema, "allOf");
  if (valid_among(all) != static_cast<std::ptrdiff_t>(all.size())) {
    for (const Json& branch : all) append(causes, check(branch, value, path));
    causes.push_back(composite(path, "validate all the schemas (allOf)"));
  }
  const Json* never = member(schema, "not");
  if (never && is_valid(*never, value, path))
    causes.push_back(composite(path, "not validate the schema (not)"));
}

Causes check(const Json& schema, const Json& value, const std::string& path) {
  Causes causes;
  if (!check_type(schema, value, path, causes)) return causes;
  const std::string_view format = text(schema, "format");
  if (!fits_format(value, format))
    causes.push_back(invalid_value(path, value,
                                   path + " in body must be of type " + std::string(format) + ": " +
                                       value.dump(-1, ' ', false, Json::error_handler_t::replace)));
  if (value.is_string()) check_string(schema, value, path, causes);
  if (value.is_number()) check_number(schema, value, path, causes);
  if (value.is_array()) check_array(schema, value, path, causes);
  if (value.is_object()) check_object(schema, value, path, causes);
  check_enum(schema, value, path, causes);
  check_composites(schema, value, path, causes);
  return causes;
}

}  // namespace

std::vector<Cause> validate(const Json& schema, const Json& object) {
  Causes causes;
  if (schema.is_null()) return causes;
  if (const Json* metadata = member(object, "metadata"))
    causes = check(object_meta_schema(), *metadata, "metadata");
  append(causes, check(schema, object, ""));
  return causes;
}

}  // namespace devcluster::apiserver
