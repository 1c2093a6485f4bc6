#include "devcluster/apiserver/json_path.hpp"

#include <charconv>
#include <optional>
#include <string>

#include "devcluster/apiserver/json_access.hpp"

namespace devcluster::apiserver {
namespace {

const Json* at_index(const Json& value, std::string_view digits) {
  std::size_t index = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  const bool number = failure == std::errc() && end == digits.data() + digits.size();
  return number && value.is_array() && index < value.size() ? &value[index] : nullptr;
}

// ?(@.type=="Ready"): the first element whose member has that text.
const Json* at_filter(const Json& value, std::string_view filter) {
  const auto equals = filter.find("==");
  if (!filter.starts_with("?(@.") || !filter.ends_with(")") || equals == filter.npos || equals < 4)
    return nullptr;
  const std::string_view key = filter.substr(4, equals - 4);
  std::string_view wanted = filter.substr(equals + 2);
  wanted.remove_suffix(1);
  if (wanted.size() < 2 || wanted.front() != wanted.back()) return nullptr;
  wanted = wanted.substr(1, wanted.size() - 2);
  if (!value.is_array()) return nullptr;
  for (const Json& element : value)
    if (text(element, key) == wanted) return &element;
  return nullptr;
}

const Json* at_brackets(const Json& value, std::string_view inside) {
  const bool quoted = inside.size() >= 2 && inside.front() == inside.back() &&
                      (inside.front() == '\'' || inside.front() == '"');
  if (quoted) return member(value, inside.substr(1, inside.size() - 2));
  if (inside == "*") return value.is_array() && !value.empty() ? &value.front() : nullptr;
  if (inside.starts_with('?')) return at_filter(value, inside);
  return at_index(value, inside);
}

// Takes a name off the front, up to the next dot or bracket; "\." is a dot within the name.
std::string take_name(std::string_view& rest) {
  std::string name;
  while (!rest.empty() && rest.front() != '.' && rest.front() != '[') {
    if (rest.starts_with("\\.")) rest.remove_prefix(1);
    name += rest.front();
    rest.remove_prefix(1);
  }
  return name;
}

// Takes [...] off the front and gives what is inside; quotes may hold a bracket.
std::optional<std::string_view> take_brackets(std::string_view& rest) {
  char quote = '\0';
  for (std::size_t i = 1; i < rest.size(); ++i) {
    const char c = rest[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == ']') {
      const std::string_view inside = rest.substr(1, i - 1);
      rest.remove_prefix(i + 1);
      return inside;
    }
  }
  return std::nullopt;
}

}  // namespace

const Json* find_path(const Json& object, std::string_view path) {
  if (path.size() >= 2 && path.front() == '{' && path.back() == '}')
    path = path.substr(1, path.size() - 2);
  const Json* at = &object;
  while (at && !path.empty()) {
    if (path.front() == '[') {
      const std::optional<std::string_view> inside = take_brackets(path);
      at = inside ? at_brackets(*at, *inside) : nullptr;
      continue;
    }
    if (path.front() == '.') path.remove_prefix(1);
    if (path.empty() || path.front() == '[') continue;
    const std::string name = take_name(path);
    at = name.empty() ? nullptr : member(*at, name);
  }
  return at;
}

}  // namespace devcluster::apiserver
