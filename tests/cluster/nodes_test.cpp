#include <catch2/catch.hpp>

#include "tests/cluster/cluster.hpp"

using namespace tests;
using Json = Cluster::Json;

namespace {

void give_to_node(Cluster& cluster, const std::string& content, const Json& node) {
  cluster.request(
      "PATCH", "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents/" + content,
      {{"metadata", {{"labels", {{"snapshot.storage.kubernetes.io/managed-by", node}}}}}},
      "application/merge-patch+json");
}

}  // namespace

TEST_CASE("one sidecar per node: each works on its node's contents only") {
  Cluster cluster;
  cluster.add_class("fast");
  const std::string volume = cluster.add_volume("v");
  for (const char* name : {"mine", "neighbours", "nobodys"}) cluster.add_content(name, volume);
  give_to_node(cluster, "mine", "node-a");
  give_to_node(cluster, "neighbours", "node-b");
  const Json theirs = cluster.content("neighbours");
  const auto sidecar = cluster.sidecar({"--node-deployment"}, {"NODE_NAME=node-a"});
  REQUIRE(cluster.run_until([&] { return cluster.ready() == 1; }));
  CHECK(cluster.content("mine")["status"]["readyToUse"] == true);

  // A content becomes ours by its label; when that one is done, all before it were looked at.
  give_to_node(cluster, "nobodys", "node-a");
  REQUIRE(cluster.run_until([&] { return cluster.ready() == 2; }));
  CHECK(cluster.content("neighbours") == theirs);
  CHECK(cluster.snapshots_on_disk() == 2);

  // Without the label it is not ours any more, also when it is deleted.
  give_to_node(cluster, "mine", nullptr);
  cluster.delete_content("mine");
  cluster.delete_content("nobodys");
  REQUIRE(cluster.run_until([&] { return cluster.contents() == 2; }));
  CHECK_FALSE(cluster.content("mine").is_null());
  CHECK(cluster.driver().calls().count("DeleteSnapshot") == 1);
}
