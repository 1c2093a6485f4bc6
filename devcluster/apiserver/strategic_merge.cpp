// The patch walks down together with the schema, which says of each list whether a patch replaces
// it (the rule), adds to it by value, or merges its elements by a key. Directives are members of
// the patch whose names begin with $; none of them ever reaches an object.

#include "devcluster/apiserver/strategic_merge.hpp"

#include <algorithm>
#include <string>

#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/schema_nodes.hpp"

namespace devcluster::apiserver {
namespace {

constexpr std::string_view patch_directive = "$patch";
constexpr std::string_view retain_keys = "$retainKeys";
constexpr std::string_view delete_from = "$deleteFromPrimitiveList/";
constexpr std::string_view element_order = "$setElementOrder/";

// What the schema says of a list. No schema: the list is replaced.
struct ListRule {
  bool merged = false;
  std::string key;  // empty: elements are plain values
};

ListRule rule_of(const Json* schema) {
  if (!schema || text(*schema, "x-kubernetes-patch-strategy") != "merge") return {};
  return {true, std::string(text(*schema, "x-kubernetes-patch-merge-key"))};
}

const Json& nothing() {
  static const Json null;
  return null;
}

const Json& schema_below(const Json& schema, std::string_view key) {
  const Json* found = schema_of_member(schema, key);
  return found ? *found : nothing();
}

const Json& items_of(const Json& schema) {
  const Json* found = schema_of_items(schema);
  return found ? *found : nothing();
}

bool contains(const Json::array_t& values, const Json& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// A new value as it is kept: no directives, and no nulls, which only mean "remove".
Json cleaned(const Json& patch) {
  if (patch.is_array()) {
    Json result = Json::array();
    for (const Json& element : patch)
      if (text(element, patch_directive) != "delete") result.push_back(cleaned(element));
    return result;
  }
  if (!patch.is_object()) return patch;
  Json result = Json::object();
  for (const auto& [key, value] : patch.items())
    if (!key.starts_with('$') && !value.is_null()) result[key] = cleaned(value);
  return result;
}

// Elements are the same when they agree in the key, or, without a key, in everything.
class Identity {
 public:
  explicit Identity(std::string key) : key_(std::move(key)) {}

  bool same(const Json& a, const Json& b) const {
    if (key_.empty()) return a == b;
    const Json* left = member(a, key_);
    const Json* right = member(b, key_);
    return left && right && *left == *right;
  }
  template <class Array>
  auto find(Array& array, const Json& like) const {
    return std::find_if(array.begin(), array.end(),
                        [&](const Json& element) { return same(element, like); });
  }

 private:
  std::string key_;
};

// Puts the elements that `order` names into that order. The others, which the writer of the patch
// did not know, stay in front of the neighbour they had.
Json in_order(const Json& array, const Json::array_t& order, const Identity& identity) {
  const auto named = [&](const Json& element) {
    return identity.find(order, element) != order.end();
  };
  Json result = Json::array();
  for (const Json& wanted : order) {
    const auto found = identity.find(array, wanted);
    if (found != array.end() && identity.find(result, wanted) == result.end())
      result.push_back(*found);
  }
  for (auto it = array.rbegin(); it != array.rend(); ++it) {
    if (named(*it)) continue;
    const auto neighbour = it == array.rbegin() ? result.end() : identity.find(result, *(it - 1));
    result.insert(neighbour, *it);
  }
  return result;
}

Json merge_object(const Json& schema, Json object, const Json& patch);

// The patch's elements are merged into those with the same key, removed, or appended.
Json merge_by_key(const Json& items, Json array, const Json& patch, const Identity& identity) {
  for (const Json& element : patch) {
    const auto found = identity.find(array, element);
    if (text(element, patch_directive) == "delete") {
      if (found != array.end()) array.erase(found);
    } else if (found != array.end()) {
      *found = merge_object(items, *found, element);
    } else {
      array.push_back(cleaned(element));
    }
  }
  return array;
}

Json merge_values(Json array, const Json& patch) {
  for (const Json& value : patch)
    if (std::find(array.begin(), array.end(), value) == array.end()) array.push_back(value);
  return array;
}

bool replaces_list(const Json& patch) {
  return std::any_of(patch.begin(), patch.end(), [](const Json& element) {
    return text(element, patch_directive) == "replace";
  });
}

// {"$patch": "replace"} in a list is a note, no element.
Json without_replace_note(const Json& patch) {
  Json result = Json::array();
  for (const Json& element : patch) {
    const bool note =
        element.is_object() && element.size() == 1 && text(element, patch_directive) == "replace";
    if (!note) result.push_back(cleaned(element));
  }
  return result;
}

Json merge_list(const Json& schema, const Json& array, const Json& patch) {
  const ListRule rule = rule_of(&schema);
  if (!rule.merged || !array.is_array()) return cleaned(patch);
  if (replaces_list(patch)) return without_replace_note(patch);
  if (rule.key.empty()) return merge_values(array, patch);
  return merge_by_key(items_of(schema), array, patch, Identity(rule.key));
}

Json merge_value(const Json& schema, const Json& value, const Json& patch) {
  if (patch.is_array()) return merge_list(schema, value, patch);
  if (patch.is_object() && value.is_object()) return merge_object(schema, value, patch);
  return cleaned(patch);
}

void keep_only(Json& object, const Json::array_t& keys) {
  for (auto it = object.begin(); it != object.end();)
    it = contains(keys, it.key()) ? std::next(it) : object.erase(it);
}

void delete_values(Json& object, const std::string& field, const Json& values) {
  const auto found = object.find(field);
  if (found == object.end() || !found->is_array() || !values.is_array()) return;
  Json rest = Json::array();
  for (const Json& value : *found)
    if (std::find(values.begin(), values.end(), value) == values.end()) rest.push_back(value);
  *found = std::move(rest);
}

void set_order(const Json& schema, Json& object, const std::string& field, const Json& order) {
  const auto found = object.find(field);
  if (found == object.end() || !found->is_array() || !order.is_array()) return;
  const Identity identity(rule_of(schema_of_member(schema, field)).key);
  *found = in_order(*found, order.get_ref<const Json::array_t&>(), identity);
}

std::string after(std::string_view prefix, const std::string& key) {
  return key.substr(prefix.size());
}

// Before the fields: what is to be dropped. After them: how lists are to be ordered.
void drop(Json& object, const Json& patch) {
  if (member(patch, retain_keys)) keep_only(object, list(patch, retain_keys));
  for (const auto& [key, value] : patch.items())
    if (key.starts_with(delete_from)) delete_values(object, after(delete_from, key), value);
}

void order_lists(const Json& schema, Json& object, const Json& patch) {
  for (const auto& [key, value] : patch.items())
    if (key.starts_with(element_order)) set_order(schema, object, after(element_order, key), value);
}

Json merge_object(const Json& schema, Json object, const Json& patch) {
  if (!patch.is_object()) return cleaned(patch);
  const std::string_view directive = text(patch, patch_directive);
  if (directive == "replace") return cleaned(patch);
  if (directive == "delete") return Json::object();

  drop(object, patch);
  for (const auto& [key, value] : patch.items()) {
    if (key.starts_with('$')) continue;
    if (value.is_null())
      object.erase(key);
    else
      object[key] = merge_value(schema_below(schema, key),
                                object.contains(key) ? object[key] : nothing(), value);
  }
  order_lists(schema, object, patch);
  return object;
}

}  // namespace

Json strategic_merge(const Kind& kind, Json object, const Json& patch) {
  return merge_object(kind.schema, std::move(object), patch);
}

}  // namespace devcluster::apiserver
