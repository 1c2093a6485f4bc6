#include "kube/election/lease_name.hpp"

#include <catch2/catch.hpp>

TEST_CASE("the Lease's name is the one that upstream's replicas use") {
  struct Row {
    const char* sentence;
    const char* driver;
    const char* name;
  };
  const Row table[] = {
      {"dots become dashes", "hostpath.csi.k8s.io",
       "external-snapshotter-leader-hostpath-csi-k8s-io"},
      {"so do slashes", "a/b", "external-snapshotter-leader-a-b"},
      {"and all other signs", "a_b c", "external-snapshotter-leader-a-b-c"},
      {"no name ends in a dash", "driver.", "external-snapshotter-leader-driver-X"},
      {"capitals stay", "Driver", "external-snapshotter-leader-Driver"},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    CHECK(kube::lease_name("external-snapshotter-leader-", row.driver) == row.name);
  }
}

TEST_CASE("the identity is the host's name, cleaned") {
  CHECK(kube::lease_identity("node-1.example.com") == "node-1-example-com");
  CHECK(kube::lease_identity("node.") == "node-X");
  CHECK(kube::lease_identity("") == "");
}

TEST_CASE("the Lease lives in the first namespace that anybody names") {
  struct Row {
    const char* sentence;
    const char* flag;
    const char* pod;
    const char* service_account;
    const char* space;
  };
  const Row table[] = {
      {"the flag wins", "flag", "pod", "account", "flag"},
      {"then the pod's own", "", "pod", "account", "pod"},
      {"then the service account's, without the line's end", "", "", " account\n", "account"},
      {"an empty file names none", "", "", "\n", "default"},
      {"outside of a cluster it is the default one", "", "", "", "default"},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    CHECK(kube::lease_space(row.flag, row.pod, row.service_account) == row.space);
  }
}
