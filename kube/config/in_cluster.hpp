#pragma once

#include <string>

#include "base/error.hpp"
#include "kube/config/cluster_config.hpp"

namespace kube {

// What Kubernetes gives to each pod with a service account.
class InClusterPlace {
 public:
  InClusterPlace() = default;
  static InClusterPlace from_environment();

  std::string host;  // $KUBERNETES_SERVICE_HOST
  std::string port;  // $KUBERNETES_SERVICE_PORT
  std::string folder = "/var/run/secrets/kubernetes.io/serviceaccount";
};

// Outside of a pod: ErrorKind::failed_precondition. A token or a CA that cannot be read is an error
// and never means other credentials or the system's CAs.
base::Result<ClusterConfig> in_cluster_config(const InClusterPlace& place);

}  // namespace kube
