#include "kube/config/load.hpp"

#include "kube/config/in_cluster.hpp"
#include "kube/config/kubeconfig.hpp"

namespace kube {

base::Result<ClusterConfig> load_cluster_config(const std::string& kubeconfig) {
  if (kubeconfig.empty()) return in_cluster_config(InClusterPlace::from_environment());
  return load_kubeconfig(kubeconfig);
}

}  // namespace kube
