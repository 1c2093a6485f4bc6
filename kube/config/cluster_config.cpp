#include "kube/config/cluster_config.hpp"

namespace kube {
namespace {

std::string trust_of(const TlsSettings& tls) {
  if (!tls.verify) return "nobody checked (insecure-skip-tls-verify)";
  if (!tls.ca_file.empty()) return tls.ca_file;
  return tls.ca_pem.empty() ? "the system's CAs" : "the CA in the configuration";
}

std::string credentials_of(const ClusterConfig& config) {
  const Credentials& own = config.credentials;
  std::string list;
  const auto mention = [&list](const std::string& what) {
    list += (list.empty() ? "" : ", ") + what;
  };
  if (!own.token_file.empty()) mention("token from " + own.token_file);
  if (own.token_file.empty() && !own.token.empty()) mention("token (hidden)");
  if (!own.username.empty()) mention("user " + own.username + " (password hidden)");
  if (!config.tls.certificate_pem.empty()) mention("client certificate (hidden)");
  return list.empty() ? "none" : list;
}

}  // namespace

std::string describe(const ClusterConfig& config) {
  std::string line = config.source + ": server " + to_string(config.server);
  if (config.server.tls) line += ", trusting " + trust_of(config.tls);
  if (!config.tls.server_name.empty()) line += ", expecting " + config.tls.server_name;
  line += ", credentials: " + credentials_of(config);
  if (!config.act_as.user.empty()) line += ", acting as " + config.act_as.user;
  return line;
}

}  // namespace kube
