#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace base {

// Reads that never throw, for objects that come from outside and may have any shape.

// The member at a path of keys ("metadata", "name"), or null when any step is missing or no object.
template <class... Keys>
const boost::json::value* member(const boost::json::value& value, Keys... path) {
  const boost::json::value* at = &value;
  for (std::string_view key : {std::string_view(path)...}) {
    const boost::json::object* object = at->if_object();
    at = object ? object->if_contains(boost::json::string_view(key.data(), key.size())) : nullptr;
    if (!at) return nullptr;
  }
  return at;
}

// The string at that path, or empty.
template <class... Keys>
std::string_view text(const boost::json::value& value, Keys... path) {
  const boost::json::value* found = member(value, path...);
  const boost::json::string* string = found ? found->if_string() : nullptr;
  return string ? std::string_view(string->data(), string->size()) : std::string_view();
}

}  // namespace base
