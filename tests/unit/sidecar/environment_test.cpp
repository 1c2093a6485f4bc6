#include "sidecar/environment.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "tests/support/fresh_folder.hpp"

using sidecar::Environment;
using sidecar::Options;

TEST_CASE("the lease is where the flag says, else in the pod's namespace") {
  const tests::FreshFolder folder;
  std::ofstream(folder / "namespace") << "of-the-account\n";
  std::ofstream(folder / "blank") << " \n";
  struct Row {
    const char* sentence;
    const char *flag, *pod, *file;
    const char* expected;
  };
  const Row table[] = {
      {"the flag", "of-the-flag", "of-the-pod", "namespace", "of-the-flag"},
      {"$POD_NAMESPACE", "", "of-the-pod", "namespace", "of-the-pod"},
      {"the service account's", "", "", "namespace", "of-the-account"},
      {"a file without a name in it", "", "", "blank", "default"},
      {"no service account", "", "", "absent", "default"},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    Environment environment;
    environment.pod_namespace = row.pod;
    environment.namespace_file = folder / row.file;
    Options options;
    options.leader_election.enabled = true;
    options.leader_election.lease_namespace = row.flag;
    complete(options, environment);
    CHECK(options.leader_election.lease_namespace == row.expected);
  }
}

TEST_CASE("the node has the name that the pod's environment gives") {
  Environment environment;
  environment.node_name = "node-7";
  Options options;
  complete(options, environment);
  CHECK(options.node_name == "node-7");
  CHECK(options.leader_election.lease_namespace.empty());
}
