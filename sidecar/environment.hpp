#pragma once

#include <string>

#include "sidecar/options.hpp"

namespace sidecar {

// What the pod tells the program beside its flags. $KUBERNETES_SERVICE_HOST and the service
// account are read by kube/config/in_cluster.hpp.
struct Environment {
  static Environment of_process();

  std::string node_name;      // $NODE_NAME
  std::string pod_namespace;  // $POD_NAMESPACE
  std::string proxy;          // the variable that names a proxy, if one does: "HTTPS_PROXY"
  std::string namespace_file = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";
};

// Fills in what the flags left open: the node's name, and the namespace of the lease, which is the
// pod's, then the service account's, then "default".
void complete(Options& options, const Environment& environment);

}  // namespace sidecar
