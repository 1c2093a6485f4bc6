#include "devcluster/apiserver/body.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "devcluster/apiserver/json_patch.hpp"
#include "devcluster/apiserver/protobuf_body.hpp"
#include "devcluster/apiserver/strategic_merge.hpp"
#include "devcluster/apiserver/yaml.hpp"

namespace devcluster::apiserver {

namespace {

constexpr int max_depth = 1000;  // nlohmann::json recurses to write: some MB of stack at this depth

constexpr std::string_view merge_patch_type = "application/merge-patch+json";
constexpr std::string_view json_patch_type = "application/json-patch+json";
constexpr std::string_view strategic_patch_type = "application/strategic-merge-patch+json";
constexpr std::string_view apply_patch_type = "application/apply-patch+yaml";

bool too_deep(std::string_view json) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string && c == '\\')
      ++i;
    else if (c == '"')
      in_string = !in_string;
    else if (in_string)
      continue;
    else if (c == '{' || c == '[')
      ++depth;
    else if (c == '}' || c == ']')
      --depth;
    if (depth > max_depth) return true;
  }
  return false;
}

Answer<Json> yaml_in(const std::string& text) {
  const base::Result<std::vector<Json>> documents = parse_yaml(text);
  if (!documents) return bad_request("error decoding the body: " + documents.error().text());
  if (documents->size() != 1) return bad_request("the body must be one YAML document");
  return documents->front();
}

Answer<Json> merge_patched(Json object, const Json& patch) {
  if (!patch.is_object())
    return bad_request("error decoding patch: a merge patch is a JSON object");
  object.merge_patch(patch);
  return object;
}

}  // namespace

std::string media_type_of(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  std::erase(type, ' ');
  return type;
}

Answer<Json> json_in(std::string_view text) {
  if (too_deep(text)) return bad_request("the body is nested deeper than this server reads");
  Json parsed = Json::parse(text, nullptr, false);
  if (parsed.is_discarded()) return bad_request("the body of the request is not valid JSON");
  return parsed;
}

Answer<Json> object_in(const Request& request) {
  const std::string type = media_type_of(request.content_type);
  if (type == "application/yaml") return yaml_in(request.body);
  if (type.empty() || type == "application/json") return json_in(request.body);
  if (type == kubernetes_protobuf_type)
    if (std::optional<Json> object = object_in_protobuf(request.body)) return std::move(*object);
  return unsupported_media_type("application/json, application/yaml");
}

Answer<Json> patched(const Kind& kind, Json object, const Request& request) {
  const std::string type = media_type_of(request.content_type);
  const bool strategic = type == strategic_patch_type && !kind.custom;
  if (type != merge_patch_type && type != json_patch_type && !strategic) {
    std::string accepted = std::string(json_patch_type) + ", " + std::string(merge_patch_type);
    if (!kind.custom) accepted += ", " + std::string(strategic_patch_type);
    if (type == apply_patch_type) accepted += " (this server does not do server-side apply)";
    return unsupported_media_type(accepted);
  }
  const Answer<Json> patch = json_in(request.body);
  if (!patch) return patch.error();
  if (type == json_patch_type) return json_patched(std::move(object), *patch);
  if (type == merge_patch_type) return merge_patched(std::move(object), *patch);
  if (!patch->is_object()) return bad_request("error decoding patch: a patch is a JSON object");
  return strategic_merge(kind, std::move(object), *patch);
}

}  // namespace devcluster::apiserver
