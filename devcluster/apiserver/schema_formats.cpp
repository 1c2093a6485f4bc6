#include "devcluster/apiserver/schema_formats.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <regex>

#include "devcluster/apiserver/rfc3339.hpp"

namespace devcluster::apiserver {
namespace {

bool is_whole(const Json& value) {
  if (value.is_number_integer()) return true;
  if (!value.is_number_float()) return false;
  const double number = value.get<double>();
  return std::isfinite(number) && number == std::floor(number);
}

bool fits_int32(const Json& value) {
  if (!is_whole(value)) return false;
  const double number = value.get<double>();
  return number >= std::numeric_limits<std::int32_t>::min() &&
         number <= std::numeric_limits<std::int32_t>::max();
}

bool fits_int64(const Json& value) {
  if (value.is_number_unsigned())
    return value.get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()};
  if (value.is_number_integer()) return true;
  return is_whole(value) && std::fabs(value.get<double>()) < 9223372036854775808.0;
}

bool is_base64(std::string_view text) {
  if (text.size() % 4 != 0) return false;
  if (text.ends_with("==")) text.remove_suffix(2);
  if (text.ends_with('=')) text.remove_suffix(1);
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
  });
}

}  // namespace

std::string_view type_of(const Json& value) {
  if (is_whole(value)) return "integer";
  if (value.is_number()) return "number";
  return value.type_name();
}

bool fits_type(const Json& value, std::string_view expected) {
  const std::string_view actual = type_of(value);
  return actual == expected || (expected == "number" && actual == "integer");
}

bool fits_format(const Json& value, std::string_view format) {
  if (format == "int32") return !value.is_number() || fits_int32(value);
  if (format == "int64") return !value.is_number() || fits_int64(value);
  if (!value.is_string()) return true;
  const std::string_view text = value.get_ref<const std::string&>();
  if (format == "date-time") return parse_rfc3339(text).has_value();
  if (format == "date") return parse_rfc3339(std::string(text) + "T00:00:00Z").has_value();
  if (format == "byte") return is_base64(text);
  return true;
}

bool fits_pattern(std::string_view text, const std::string& pattern) {
  return std::regex_search(text.begin(), text.end(), std::regex(pattern));
}

std::optional<std::string> problem_in_pattern(const std::string& pattern) {
  try {
    const std::regex compiled(pattern);
    return std::nullopt;
  } catch (const std::regex_error& error) {
    return error.what();
  }
}

std::size_t length_of(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](unsigned char c) {
    return (c & 0xC0) != 0x80;  // continuation bytes are not counted
  }));
}

}  // namespace devcluster::apiserver
