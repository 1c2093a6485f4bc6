#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace sidecar {

// --feature-gates: the switches that upstream knows, with our defaults. Those of the API server's
// library, which upstream's flag takes as well, are accepted and mean nothing to a sidecar.
class FeatureGates {
 public:
  // "Name=true,Other=false", on top of what was given before; the last word on a name counts. The
  // error is about the form only.
  base::Result<void> add(std::string_view pairs);

  // An error for names that nobody knows.
  base::Result<void> check() const;

  // CSIVolumeGroupSnapshot. On unless switched off, by name or with AllBeta: groups are then worked
  // on where the API server and the driver know them.
  bool group_snapshots() const;

  // ReleaseLeaderElectionOnExit. On unless switched off by name: no bulk switch is meant to make an
  // orderly exit an unclean one.
  bool release_lease_on_exit() const;

  // One line for each gate that has an effect, for --help.
  static std::string describe();

 private:
  std::map<std::string, bool, std::less<>> given_;
};

}  // namespace sidecar
