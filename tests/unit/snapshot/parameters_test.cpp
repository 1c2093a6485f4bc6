#include "snapshot/parameters.hpp"

#include <catch2/catch.hpp>

#include "tests/support/contents.hpp"

using namespace tests;
using snapshot::Parameters;

TEST_CASE("what of a class's parameters reaches the driver") {
  struct Row {
    const char* sentence;
    Parameters of_class;
    const char* expected;  // "key=value ...", or the key that is refused
  };
  const Row table[] = {
      {"nothing of nothing", {}, ""},
      {"what has no prefix", {{"tier", "hot"}, {"zone", "a"}}, "tier=hot zone=a "},
      {"what only begins like the prefix",
       {{"csiFoo", "1"}, {"csi.storage.k8s.io", "2"}},
       "csi.storage.k8s.io=2 csiFoo=1 "},
      {"not the keys that are for the sidecars, of single snapshots",
       {{"csi.storage.k8s.io/snapshotter-secret-name", "x"},
        {"csi.storage.k8s.io/snapshotter-secret-namespace", "x"},
        {"csi.storage.k8s.io/snapshotter-list-secret-name", "x"},
        {"csi.storage.k8s.io/snapshotter-list-secret-namespace", "x"},
        {"tier", "hot"}},
       "tier=hot "},
      {"nor of groups",
       {{"csi.storage.k8s.io/group-snapshotter-secret-name", "x"},
        {"csi.storage.k8s.io/group-snapshotter-secret-namespace", "x"},
        {"csi.storage.k8s.io/group-snapshotter-get-secret-name", "x"},
        {"csi.storage.k8s.io/group-snapshotter-get-secret-namespace", "x"}},
       ""},
      {"an unknown key under the prefix is refused",
       {{"csi.storage.k8s.io/fstype", "ext4"}, {"tier", "hot"}},
       "\"csi.storage.k8s.io/fstype\""},
      {"so is the prefix alone", {{"csi.storage.k8s.io/", "x"}}, "\"csi.storage.k8s.io/\""},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    const auto kept = snapshot::without_reserved(row.of_class);
    if (kept.has_error()) {
      CHECK_THAT(kept.error().text(),
                 Catch::Contains(std::string("unknown parameter key ") + row.expected));
      continue;
    }
    std::string listed;
    for (const auto& [key, value] : *kept) listed += key + "=" + value + " ";
    CHECK(listed == row.expected);
  }
}

TEST_CASE("the names that a driver is told on request") {
  Parameters single{{"tier", "hot"}};
  const auto content = content_with();
  add_metadata(single, snapshot::ContentView(content));
  CHECK(single == Parameters{{"tier", "hot"},
                             {"csi.storage.k8s.io/volumesnapshot/name", "backup"},
                             {"csi.storage.k8s.io/volumesnapshot/namespace", "team-a"},
                             {"csi.storage.k8s.io/volumesnapshotcontent/name", "content-1"}});
  Parameters group;
  const auto group_content = group_content_with();
  add_metadata(group, snapshot::ContentView(group_content, snapshot::grouped));
  CHECK(group == Parameters{{"csi.storage.k8s.io/volumegroupsnapshot/name", "backups"},
                            {"csi.storage.k8s.io/volumegroupsnapshot/namespace", "team-a"},
                            {"csi.storage.k8s.io/volumegroupsnapshotcontent/name", "group-1"}});
}
