#include "devcluster/apiserver/yaml.hpp"

#include <charconv>
#include <string_view>
#include <system_error>

#include <yaml-cpp/yaml.h>

namespace devcluster::apiserver {

namespace {

template <class Number>
bool read_number(std::string_view text, Number& number) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && problem == std::errc() && stop == text.data() + text.size();
}

// from_chars also takes "inf" and "nan", and JSON has neither.
bool looks_numeric(std::string_view text) {
  return !text.empty() && text.find_first_not_of("+-.0123456789eE") == std::string_view::npos &&
         text.find_first_of("0123456789") != std::string_view::npos;
}

Json plain_scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return {};
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (!looks_numeric(text)) return text;
  if (std::int64_t number = 0; read_number(text, number)) return number;
  if (double number = 0; read_number(text, number)) return number;
  return text;
}

Json scalar(const YAML::Node& node) {
  const bool plain = node.Tag() == "?" || node.Tag().empty();  // "!": it was quoted
  return plain ? plain_scalar(node.Scalar()) : Json(node.Scalar());
}

Json json_of(const YAML::Node& node) {
  if (node.IsScalar()) return scalar(node);
  if (node.IsSequence()) {
    Json list = Json::array();
    for (const YAML::Node& element : node) list.push_back(json_of(element));
    return list;
  }
  if (!node.IsMap()) return {};
  Json object = Json::object();
  for (const auto& entry : node) object[entry.first.Scalar()] = json_of(entry.second);
  return object;
}

}  // namespace

base::Result<std::vector<Json>> parse_yaml(const std::string& text) {
  try {
    std::vector<Json> documents;
    for (const YAML::Node& document : YAML::LoadAll(text)) {
      Json json = json_of(document);
      if (!json.is_null()) documents.push_back(std::move(json));
    }
    return documents;
  } catch (const YAML::Exception& problem) {
    return base::Error(base::ErrorKind::invalid, std::string("not YAML: ") + problem.what());
  }
}

}  // namespace devcluster::apiserver
