#pragma once

#include <string>
#include <utility>
#include <vector>

#include "kube/config/secret.hpp"
#include "kube/config/server_url.hpp"

namespace kube {

// Whom to trust and how to show who we are. PEM texts may hold several certificates.
class TlsSettings {
 public:
  TlsSettings() = default;

  std::string ca_pem;       // the only trust anchors; empty: those of the system
  std::string ca_file;      // where ca_pem came from, to be read again; empty: it never changes
  std::string server_name;  // verified, and sent as SNI, instead of the URL's host
  bool verify = true;
  std::string certificate_pem;  // ours, with its chain; empty: none. Read once
  Secret key_pem;
};

// At most one of bearer token and basic authentication.
class Credentials {
 public:
  Credentials() = default;

  Secret token;            // with a token_file: only until the file has been read
  std::string token_file;  // read again while we run: see TokenSource
  std::string username;
  Secret password;
};

// Act as somebody else (kubectl --as). Empty user: do not.
class Impersonation {
 public:
  Impersonation() = default;

  std::string user;
  std::string uid;
  std::vector<std::string> groups;
  std::vector<std::pair<std::string, std::string>> extra;  // a key may occur several times
};

// How to reach one API server, checked: files were read, PEM was parsed, no contradiction is left.
class ClusterConfig {
 public:
  ClusterConfig() = default;

  std::string source;  // "kubeconfig /etc/kube.conf", "in-cluster configuration": for error texts
  ServerUrl server;
  TlsSettings tls;
  Credentials credentials;
  Impersonation act_as;
  std::string space;  // the context's namespace, may be empty
};

// One line for the log; says which credentials there are, and none of them.
std::string describe(const ClusterConfig& config);

}  // namespace kube
