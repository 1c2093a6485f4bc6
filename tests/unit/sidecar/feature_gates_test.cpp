#include "sidecar/feature_gates.hpp"

#include <catch2/catch.hpp>

#include "tests/support/result_printer.hpp"

using sidecar::FeatureGates;

TEST_CASE("gates switch parts of the program") {
  struct Row {
    const char* sentence;
    std::vector<std::string> given;
    bool groups, release;
  };
  const Row table[] = {
      {"nothing given: both on", {}, true, true},
      {"an empty list", {""}, true, true},
      {"groups off", {"CSIVolumeGroupSnapshot=false"}, false, true},
      {"groups on, as one has to say it to the original",
       {"CSIVolumeGroupSnapshot=true"},
       true,
       true},
      {"every way to write a boolean", {"CSIVolumeGroupSnapshot=F"}, false, true},
      {"blanks around names and values", {" CSIVolumeGroupSnapshot = 0 "}, false, true},
      {"several, with a comma too many",
       {"CSIVolumeGroupSnapshot=false,,ReleaseLeaderElectionOnExit=false,"},
       false,
       false},
      {"repeats add up",
       {"CSIVolumeGroupSnapshot=false", "ReleaseLeaderElectionOnExit=false"},
       false,
       false},
      {"the last word counts",
       {"CSIVolumeGroupSnapshot=false", "CSIVolumeGroupSnapshot=true"},
       true,
       true},
      {"all beta gates off", {"AllBeta=false"}, false, true},
      {"a name counts more than all", {"CSIVolumeGroupSnapshot=true,AllBeta=false"}, true, true},
      {"nothing is alpha", {"AllAlpha=false"}, true, true},
      {"a gate of the API server's library",
       {"WatchCacheInitializationPostStartHook=false"},
       true,
       true},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    FeatureGates gates;
    for (const std::string& pairs : row.given) REQUIRE(gates.add(pairs).has_value());
    CHECK(gates.check().has_value());
    CHECK(gates.group_snapshots() == row.groups);
    CHECK(gates.release_lease_on_exit() == row.release);
  }
}

TEST_CASE("a pair must be a name and a boolean") {
  for (const char* pairs : {"CSIVolumeGroupSnapshot", "CSIVolumeGroupSnapshot=", "AllBeta=yes",
                            "AllBeta=true=false", "AllAlpha=true,x"}) {
    INFO(pairs);
    CHECK(FeatureGates().add(pairs).has_error());
  }
}

TEST_CASE("a gate that nobody knows is named") {
  for (const char* name : {"Nonsense", "csivolumegroupsnapshot", "LoggingAlphaOptions", ""}) {
    FeatureGates gates;
    REQUIRE(gates.add(std::string(name) + "=true").has_value());
    REQUIRE(gates.check().has_error());
    CHECK_THAT(gates.check().error().text(),
               Catch::Contains("\"" + std::string(name) + "\" is no feature gate"));
  }
}
