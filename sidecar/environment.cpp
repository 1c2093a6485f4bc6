#include "sidecar/environment.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "kube/election/lease_name.hpp"

namespace sidecar {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

Environment Environment::of_process() {
  Environment environment;
  environment.node_name = variable("NODE_NAME");
  environment.pod_namespace = variable("POD_NAMESPACE");
  for (const char* name : {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"})
    if (!variable(name).empty()) environment.proxy = name;
  return environment;
}

void complete(Options& options, const Environment& environment) {
  options.node_name = environment.node_name;
  LeaderElectionOptions& election = options.leader_election;
  if (election.enabled)
    election.lease_namespace = kube::lease_space(
        election.lease_namespace, environment.pod_namespace, text_of(environment.namespace_file));
}

}  // namespace sidecar
