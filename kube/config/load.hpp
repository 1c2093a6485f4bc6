#pragma once

#include <string>

#include "base/error.hpp"
#include "kube/config/cluster_config.hpp"

namespace kube {

// The rule of the product binaries: the kubeconfig if one is named, else the pod's service account.
// There is no third place, and neither is a fallback for the other.
base::Result<ClusterConfig> load_cluster_config(const std::string& kubeconfig);

}  // namespace kube
