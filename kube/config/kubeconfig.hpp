#pragma once

#include <string>

#include "base/error.hpp"
#include "kube/config/cluster_config.hpp"

namespace kube {

// Reads one kubeconfig and picks its current context. Nothing else is consulted: no $KUBECONFIG, no
// ~/.kube/config, as upstream's sidecar. Relative paths in it start at its own folder. Fields
// nobody knows are passed over; exec, auth-provider and proxy-url are refused by name, because to
// ignore them would be to connect in another way than the file says.
//
// The error lists everything that is wrong with the entries in use; broken YAML is reported with
// its line and column.
base::Result<ClusterConfig> load_kubeconfig(const std::string& path);

}  // namespace kube
