#include "tests/unit/devcluster/apiserver_schema/support.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "devcluster/apiserver/builtin_kinds.hpp"
#include "devcluster/apiserver/crd.hpp"
#include "devcluster/apiserver/yaml.hpp"

namespace devcluster::apiserver {

Json j(std::string_view with_single_quotes) {
  std::string text(with_single_quotes);
  std::replace(text.begin(), text.end(), '\'', '"');
  return Json::parse(text);
}

Json backup_definition(const Json& schema) {
  Json crd = j(R"({
    'apiVersion': 'apiextensions.k8s.io/v1', 'kind': 'CustomResourceDefinition',
    'metadata': {'name': 'backups.example.com'},
    'spec': {'group': 'example.com', 'scope': 'Namespaced',
             'names': {'plural': 'backups', 'kind': 'Backup'},
             'versions': [{'name': 'v1', 'served': true, 'storage': true, 'schema': {}}]}})");
  crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"] = schema;
  return crd;
}

Json crd_manifest(std::string_view plural) {
  const std::string group = plural.starts_with("volumegroup") ? "groupsnapshot" : "snapshot";
  const std::string path =
      std::string(CRDS_FOLDER) + "/" + group + ".storage.k8s.io_" + std::string(plural) + ".yaml";
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  const auto objects = parse_yaml(content.str());
  if (!objects || objects->size() != 1) throw std::runtime_error(path + " holds no definition");
  return objects->front();
}

Kind snapshot_kind(std::string_view plural, std::string_view version) {
  const auto kinds = kinds_of(crd_manifest(plural));
  if (!kinds) throw std::runtime_error(std::string(plural) + ": " + kinds.error().text());
  const auto found = std::find_if(kinds->begin(), kinds->end(),
                                  [&](const Kind& kind) { return kind.version == version; });
  if (found == kinds->end()) throw std::runtime_error(std::string(plural) + " is no such kind");
  return *found;
}

const Kind& builtin_kind(std::string_view plural) {
  static const std::vector<Kind> kinds = builtin_kinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [plural](const Kind& kind) { return kind.plural == plural; });
  if (found == kinds.end()) throw std::runtime_error(std::string(plural) + " is not built in");
  return *found;
}

std::vector<std::string> sentences(const std::vector<Cause>& causes) {
  std::vector<std::string> result;
  for (const Cause& cause : causes) result.push_back(cause.field + ": " + cause.message);
  return result;
}

}  // namespace devcluster::apiserver
