// manifests/, as somebody applies them.

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/yaml.hpp"
#include "sidecar/command_line.hpp"
#include "tests/support/process.hpp"

namespace tests {
namespace {

using devcluster::apiserver::Json;
using devcluster::apiserver::text;

std::vector<Json> manifest(const std::string& name) {
  const auto path = crds_folder().parent_path() / name;
  std::stringstream content;
  content << std::ifstream(path).rdbuf();
  const auto objects = devcluster::apiserver::parse_yaml(content.str());
  if (!objects || objects->empty()) throw std::runtime_error(path.string() + " cannot be read");
  return *objects;
}

Json object_in(const std::string& name, std::string_view kind) {
  for (const Json& object : manifest(name))
    if (text(object, "kind") == kind) return object;
  throw std::runtime_error(name + " has no " + std::string(kind));
}

Json container_in_deployment() {
  const Json deployment = object_in("examples/deployment/deployment.yaml", "Deployment");
  for (const Json& container : deployment["spec"]["template"]["spec"]["containers"])
    if (text(container, "name") == "csi-snapshotter") return container;
  throw std::runtime_error("the deployment has no csi-snapshotter");
}

// "group/resource" and the verbs on it.
using Rights = std::map<std::string, std::set<std::string>>;

Rights rights_in(const Json& role) {
  Rights rights;
  for (const Json& rule : role["rules"])
    for (const Json& group : rule["apiGroups"])
      for (const Json& resource : rule["resources"])
        for (const Json& verb : rule["verbs"])
          rights[group.get<std::string>() + "/" + resource.get<std::string>()].insert(verb);
  return rights;
}

// What upstream's roles allow.
const Rights upstream_cluster_role = {
    {"/events", {"list", "watch", "create", "update", "patch"}},
    {"snapshot.storage.k8s.io/volumesnapshotclasses", {"get", "list", "watch"}},
    {"snapshot.storage.k8s.io/volumesnapshotcontents", {"get", "list", "watch", "update", "patch"}},
    {"snapshot.storage.k8s.io/volumesnapshotcontents/status", {"update", "patch"}},
    {"groupsnapshot.storage.k8s.io/volumegroupsnapshotclasses", {"get", "list", "watch"}},
    {"groupsnapshot.storage.k8s.io/volumegroupsnapshotcontents",
     {"get", "list", "watch", "update", "patch"}},
    {"groupsnapshot.storage.k8s.io/volumegroupsnapshotcontents/status", {"update", "patch"}},
};
const Rights upstream_role = {
    {"coordination.k8s.io/leases", {"get", "watch", "list", "delete", "update", "create"}},
};

}  // namespace

TEST_CASE("the pod of the example has the very container that is shown alone") {
  CHECK(Json(manifest("csi-snapshotter/container.yaml").front()) ==
        Json::array({container_in_deployment()}));
}

TEST_CASE("the flags in the manifests are taken") {
  const auto words = container_in_deployment()["args"].get<std::vector<std::string>>();
  const auto options = sidecar::parse_command_line("csi-snapshotter", words);
  REQUIRE(options.has_value());
  CHECK_FALSE(find_refusal(*options).has_value());
  CHECK(options->leader_election.enabled);
  CHECK(options->http_endpoint == ":8080");
}

TEST_CASE("the roles allow what upstream's do, or less") {
  struct Row {
    const char* kind;
    Rights upstream;
  };
  const Row row =
      GENERATE(values<Row>({{"ClusterRole", upstream_cluster_role}, {"Role", upstream_role}}));
  const Rights ours = rights_in(object_in("csi-snapshotter/rbac.yaml", row.kind));
  CHECK(ours.size() == row.upstream.size());
  for (const auto& [resource, verbs] : ours) {
    INFO(resource);
    REQUIRE(row.upstream.count(resource) == 1);
    for (const std::string& verb : verbs) {
      INFO(verb);
      CHECK(row.upstream.at(resource).count(verb) == 1);
    }
  }
}

TEST_CASE("the pod of the example passes the restricted standard for pods") {
  const Json deployment = object_in("examples/deployment/deployment.yaml", "Deployment");
  const Json pod = deployment["spec"]["template"]["spec"];
  CHECK(pod["securityContext"]["runAsNonRoot"] == true);
  for (const Json& container : pod["containers"]) {
    INFO(text(container, "name"));
    const Json& context = container["securityContext"];
    CHECK(context["allowPrivilegeEscalation"] == false);
    CHECK(context["capabilities"]["drop"] == Json::array({"ALL"}));
    CHECK(context["seccompProfile"]["type"] == "RuntimeDefault");
  }
  for (const Json& volume : pod["volumes"]) CHECK_FALSE(volume.contains("hostPath"));
}

TEST_CASE("every file of a kustomization is there") {
  for (const char* folder : {"crds", "csi-snapshotter", "examples/deployment"}) {
    INFO(folder);
    const Json kustomization = manifest(std::string(folder) + "/kustomization.yaml").front();
    for (const Json& resource : kustomization["resources"]) {
      INFO(resource);
      CHECK(std::filesystem::exists(crds_folder().parent_path() / folder /
                                    resource.get<std::string>()));
    }
  }
}

}  // namespace tests
