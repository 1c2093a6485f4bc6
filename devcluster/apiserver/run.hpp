#pragma once

#include <string>
#include <vector>

namespace devcluster::apiserver {

// The API server as a program of its own: --port, --https, --token, --crds, --kubeconfig-out. Runs
// until SIGTERM or SIGINT; returns the exit status.
int run_apiserver(const std::vector<std::string>& words);

}  // namespace devcluster::apiserver
