#include "devcluster/apiserver/manifest.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

#include <yaml-cpp/yaml.h>

namespace devcluster::apiserver {
namespace {

template <class Words>
bool is_among(const std::string& text, const Words& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

template <class Number>
std::optional<Number> whole_text_as(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  Number value{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "inf" and "nan" are numbers to from_chars, but words to people.
bool looks_like_number(const std::string& text) {
  return text.find_first_not_of("+-.0123456789eE") == std::string::npos;
}

Json plain_scalar(const std::string& text) {
  static constexpr std::array<std::string_view, 5> nulls{"", "~", "null", "Null", "NULL"};
  static constexpr std::array<std::string_view, 9> truths{"true", "True", "TRUE", "yes", "Yes",
                                                          "YES",  "on",   "On",   "ON"};
  static constexpr std::array<std::string_view, 9> lies{"false", "False", "FALSE", "no", "No",
                                                        "NO",    "off",   "Off",   "OFF"};
  if (is_among(text, nulls)) return nullptr;
  if (is_among(text, truths)) return true;
  if (is_among(text, lies)) return false;
  if (!looks_like_number(text)) return text;
  if (const auto integer = whole_text_as<std::int64_t>(text)) return *integer;
  if (const auto number = whole_text_as<double>(text)) return *number;
  return text;
}

Json as_json(const YAML::Node& node) {
  if (node.IsMap()) {
    Json object = Json::object();
    for (const auto& entry : node) object[entry.first.Scalar()] = as_json(entry.second);
    return object;
  }
  if (node.IsSequence()) {
    Json array = Json::array();
    for (const YAML::Node& element : node) array.push_back(as_json(element));
    return array;
  }
  if (!node.IsScalar()) return nullptr;
  const bool quoted = node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str";
  return quoted ? Json(node.Scalar()) : plain_scalar(node.Scalar());
}

}  // namespace

base::Result<std::vector<Json>> read_manifest(std::string_view yaml) {
  try {
    std::vector<Json> objects;
    for (const YAML::Node& document : YAML::LoadAll(std::string(yaml))) {
      Json object = as_json(document);
      if (!object.is_null()) objects.push_back(std::move(object));
    }
    return objects;
  } catch (const YAML::Exception& error) {
    return base::Error(base::ErrorKind::invalid, std::string("read manifest: ") + error.what());
  }
}

}  // namespace devcluster::apiserver
