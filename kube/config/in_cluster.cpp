#include "kube/config/in_cluster.hpp"

#include <cstdlib>
#include <utility>

#include "kube/config/pem.hpp"
#include "kube/config/read_file.hpp"

namespace kube {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string url_of(const InClusterPlace& place) {
  const bool ipv6 = place.host.find(':') != std::string::npos;
  return "https://" + (ipv6 ? "[" + place.host + "]" : place.host) + ":" + place.port;
}

base::Result<ClusterConfig> read_account(const InClusterPlace& place) {
  ClusterConfig config;
  config.source = "in-cluster configuration";
  base::Result<ServerUrl> server = parse_server_url(url_of(place));
  if (!server) return server.error();
  config.server = *std::move(server);

  config.credentials.token_file = place.folder + "/token";
  const base::Result<std::string> token = read_file(config.credentials.token_file);
  if (!token) return token.error();
  if (token->find_first_not_of(" \t\r\n") == std::string::npos)
    return base::Error(base::ErrorKind::invalid,
                       "the token file " + config.credentials.token_file + " is empty");

  config.tls.ca_file = place.folder + "/ca.crt";
  base::Result<std::string> ca = read_file(config.tls.ca_file);
  if (!ca) return ca.error();
  config.tls.ca_pem = *std::move(ca);
  const base::Result<void> usable = check_certificates(config.tls.ca_pem);
  if (!usable)
    return base::Error(usable.error().kind(), config.tls.ca_file + " " + usable.error().text());

  const base::Result<std::string> space = read_file(place.folder + "/namespace");
  if (space) config.space = space->substr(0, space->find_last_not_of(" \t\r\n") + 1);
  return config;
}

}  // namespace

InClusterPlace InClusterPlace::from_environment() {
  InClusterPlace place;
  place.host = environment("KUBERNETES_SERVICE_HOST");
  place.port = environment("KUBERNETES_SERVICE_PORT");
  return place;
}

base::Result<ClusterConfig> in_cluster_config(const InClusterPlace& place) {
  if (place.host.empty() || place.port.empty())
    return base::Error(base::ErrorKind::failed_precondition,
                       "this is no pod of a cluster: KUBERNETES_SERVICE_HOST and "
                       "KUBERNETES_SERVICE_PORT are not set; name a kubeconfig with --kubeconfig");
  base::Result<ClusterConfig> config = read_account(place);
  if (!config) return config.error().while_doing("in-cluster configuration");
  return config;
}

}  // namespace kube
