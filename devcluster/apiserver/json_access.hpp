#pragma once

#include <initializer_list>
#include <string_view>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// Reads that never throw, for objects that come from outside and may have any shape.

// The member at a path of keys ("metadata", "name"), or null when any step is missing or no object.
template <class... Keys>
const Json* member(const Json& value, Keys... path) {
  const Json* at = &value;
  for (const std::string_view key : std::initializer_list<std::string_view>{path...}) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(key);
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

// The string at that path, or empty. Lives as long as `value`.
template <class... Keys>
std::string_view text(const Json& value, Keys... path) {
  const Json* found = member(value, path...);
  return found && found->is_string() ? std::string_view(found->get_ref<const std::string&>())
                                     : std::string_view();
}

// Whether true stands at that path.
template <class... Keys>
bool is_true(const Json& value, Keys... path) {
  const Json* found = member(value, path...);
  return found && found->is_boolean() && found->get<bool>();
}

// The array at that path, or an empty one.
template <class... Keys>
const Json::array_t& list(const Json& value, Keys... path) {
  static const Json::array_t none;
  const Json* found = member(value, path...);
  return found && found->is_array() ? found->get_ref<const Json::array_t&>() : none;
}

// The members of the object at that path, or none.
template <class... Keys>
const Json::object_t& members(const Json& value, Keys... path) {
  static const Json::object_t none;
  const Json* found = member(value, path...);
  return found && found->is_object() ? found->get_ref<const Json::object_t&>() : none;
}

}  // namespace devcluster::apiserver
