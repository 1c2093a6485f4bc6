#include "devcluster/apiserver/discovery.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "devcluster/apiserver/builtin_kinds.hpp"
#include "tests/unit/devcluster/apiserver_schema/support.hpp"

namespace devcluster::apiserver {
namespace {

Kind content(std::string version) {
  Kind kind;
  kind.group = "snapshot.storage.k8s.io";
  kind.version = std::move(version);
  kind.kind = "VolumeSnapshotContent";
  kind.plural = "volumesnapshotcontents";
  kind.singular = "volumesnapshotcontent";
  kind.short_names = {"vsc", "vscs"};
  kind.status_subresource = true;
  return kind;
}

Kind secret() {
  Kind kind;
  kind.version = "v1";
  kind.kind = "Secret";
  kind.plural = "secrets";
  kind.singular = "secret";
  kind.namespaced = true;
  return kind;
}

}  // namespace

TEST_CASE("versions are listed by priority") {
  std::vector<std::string> versions{"v1alpha1", "v10", "v1", "foo1", "v1beta2", "v2", "v1beta10"};
  std::sort(versions.begin(), versions.end(), preferred_version);
  CHECK(versions ==
        std::vector<std::string>{"v10", "v2", "v1", "v1beta10", "v1beta2", "v1alpha1", "foo1"});
}

TEST_CASE("groups name their versions, the preferred one first") {
  const Json groups = api_group_list({secret(), content("v1beta1"), content("v1")})["groups"];
  CHECK(groups == j(R"([{
    'name': 'snapshot.storage.k8s.io',
    'versions': [{'groupVersion': 'snapshot.storage.k8s.io/v1', 'version': 'v1'},
                 {'groupVersion': 'snapshot.storage.k8s.io/v1beta1', 'version': 'v1beta1'}],
    'preferredVersion': {'groupVersion': 'snapshot.storage.k8s.io/v1', 'version': 'v1'}}])"));
}

TEST_CASE("the core API has one version") {
  CHECK(api_versions()["versions"] == j("['v1']"));
}

TEST_CASE("resources come with their status") {
  const std::vector<Kind> kinds{secret(), content("v1")};
  const Json list = api_resource_list(kinds, "snapshot.storage.k8s.io", "v1");
  CHECK(list["groupVersion"] == "snapshot.storage.k8s.io/v1");
  CHECK(list["resources"] == j(R"([
    {'name': 'volumesnapshotcontents', 'singularName': 'volumesnapshotcontent',
     'namespaced': false, 'kind': 'VolumeSnapshotContent', 'shortNames': ['vsc', 'vscs'],
     'verbs': ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']},
    {'name': 'volumesnapshotcontents/status', 'singularName': '', 'namespaced': false,
     'kind': 'VolumeSnapshotContent', 'verbs': ['get', 'patch', 'update']}])"));
  CHECK(api_resource_list(kinds, "", "v1")["groupVersion"] == "v1");
  CHECK(api_resource_list(kinds, "", "v1")["resources"].size() == 1);
  CHECK(api_resource_list(kinds, "", "v2")["resources"].empty());
}

TEST_CASE("aggregated discovery says the same in one answer") {
  const std::vector<Kind> kinds{secret(), content("v1")};
  const Json core = aggregated_discovery(kinds, true);
  REQUIRE(core["items"].size() == 1);
  CHECK(core["items"][0]["metadata"]["name"] == "");
  CHECK(core["items"][0]["versions"][0]["resources"][0]["resource"] == "secrets");
  CHECK(core["items"][0]["versions"][0]["resources"][0]["scope"] == "Namespaced");

  const Json groups = aggregated_discovery(kinds, false);
  REQUIRE(groups["items"].size() == 1);
  CHECK(groups["items"][0]["metadata"]["name"] == "snapshot.storage.k8s.io");
  const Json& resource = groups["items"][0]["versions"][0]["resources"][0];
  CHECK(
      resource["responseKind"] ==
      j("{'group': 'snapshot.storage.k8s.io', 'version': 'v1', 'kind': 'VolumeSnapshotContent'}"));
  CHECK(resource["shortNames"] == j("['vsc', 'vscs']"));
  REQUIRE(resource["subresources"].size() == 1);
  CHECK(resource["subresources"][0]["subresource"] == "status");
}

}  // namespace devcluster::apiserver
