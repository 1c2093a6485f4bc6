#include "sidecar/environment.hpp"

#include <cstdlib>
#include <fstream>

namespace sidecar {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string first_word_of(const std::string& path) {
  std::string word;
  std::ifstream(path) >> word;
  return word;
}

std::string lease_namespace(const Environment& environment) {
  if (!environment.pod_namespace.empty()) return environment.pod_namespace;
  const std::string of_account = first_word_of(environment.namespace_file);
  return of_account.empty() ? "default" : of_account;
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
  if (election.enabled && election.lease_namespace.empty())
    election.lease_namespace = lease_namespace(environment);
}

}  // namespace sidecar
