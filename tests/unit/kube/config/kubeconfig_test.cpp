#include "kube/config/kubeconfig.hpp"

#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include "kube/config/base64.hpp"
#include "tests/support/fresh_folder.hpp"
#include "tests/unit/kube/certificates.hpp"

namespace kube {
namespace {

using base::ErrorKind;
using test::Authority;
using test::Pem;

// A kubeconfig with one context; the rows of the tables below add fields to its entries.
std::string kubeconfig(const std::string& cluster, const std::string& user) {
  return "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
         "contexts:\n- name: other\n- name: c\n  context: {cluster: k, user: u, namespace: team}\n"
         "clusters:\n- name: k\n  cluster: {" +
         cluster +
         "}\n"
         "users:\n- name: u\n  user: {" +
         user + "}\n";
}

class Files {
 public:
  std::string write(const char* name, const std::string& content) const {
    std::ofstream(folder_ / name) << content;
    return folder_ / name;
  }
  base::Result<ClusterConfig> load(const std::string& text) const {
    return load_kubeconfig(write("config", text));
  }
  std::string path(const char* name) const { return folder_ / name; }

 private:
  tests::FreshFolder folder_;
};

TEST_CASE("a kubeconfig gives the current context's server, trust and credentials") {
  const Files files;
  const Authority authority("ca");
  const Pem own = authority.issue({});
  files.write("ca.pem", authority.certificate());
  files.write("token", "t-file\n");
  const auto loaded = files.load(
      kubeconfig("server: 'https://[::1]:6443/prefix/', certificate-authority: ca.pem, "
                 "tls-server-name: kube.example, future-field: {x: [1]}",
                 "tokenFile: token, client-certificate-data: " + base64_encode(own.certificate) +
                     ", client-key-data: " + base64_encode(own.key) +
                     ", as: jane, as-uid: '7', as-groups: [a, b], as-user-extra: {k: [v, w]}"));
  REQUIRE(loaded.has_value());
  const ClusterConfig& config = *loaded;
  CHECK(config.source == "kubeconfig " + files.path("config"));
  CHECK(to_string(config.server) == "https://[::1]:6443/prefix");
  CHECK(config.server.host == "::1");
  CHECK(config.space == "team");
  CHECK(config.tls.verify);
  CHECK(config.tls.server_name == "kube.example");
  CHECK(config.tls.ca_pem == authority.certificate());
  CHECK(config.tls.ca_file == files.path("ca.pem"));
  CHECK(config.tls.certificate_pem == own.certificate);
  CHECK(config.tls.key_pem.reveal() == own.key);
  CHECK(config.credentials.token_file == files.path("token"));
  CHECK(config.act_as.user == "jane");
  CHECK(config.act_as.uid == "7");
  CHECK(config.act_as.groups == std::vector<std::string>{"a", "b"});
  CHECK(config.act_as.extra.size() == 2);
}

TEST_CASE("forms a kubeconfig may also have") {
  const Files files;
  CHECK(files.load("\xEF\xBB\xBF" + kubeconfig("server: https://a", "token: t")).has_value());
  CHECK(files
            .load(R"({"current-context":"c","contexts":[{"name":"c","context":{"cluster":"k"}}],)"
                  R"("clusters":[{"name":"k","cluster":{"server":"http://a:8080"}}],"users":null})")
            .value()
            .server.port == "8080");
  CHECK(files.load(kubeconfig("server: https://a", "")).value().server.port == "443");
  CHECK_FALSE(files.load(kubeconfig("server: https://a, insecure-skip-tls-verify: true", ""))
                  .value()
                  .tls.verify);
}

TEST_CASE("what is wrong with a kubeconfig is said by name") {
  const Files files;
  const Authority authority("ca");
  const Pem own = authority.issue({});
  const Pem foreign = authority.issue({});
  files.write("empty", "");
  const std::string ca_data = base64_encode(authority.certificate());
  const std::string certificate = "client-certificate-data: " + base64_encode(own.certificate);
  struct Row {
    const char* sentence;
    std::string text;
    std::string expected;  // after "kubeconfig <path>"
  };
  const std::string good = "server: https://a";
  const std::string instead =
      " not supported by this program; use a token, a tokenFile or a client certificate";
  const Row table[] = {
      {"an empty file", "", ": it holds no clusters, users and contexts"},
      {"no current context", "contexts: []\n",
       ": it has no current-context; choose one with kubectl config use-context"},
      {"a context that is not there", "current-context: z\n",
       ": there is no context \"z\", which current-context names"},
      {"a cluster that is not there",
       "current-context: c\ncontexts: [{name: c, context: {cluster: z}}]\n",
       ": context \"c\": there is no cluster \"z\""},
      {"no server", kubeconfig("", ""), ": cluster \"k\": it has no server"},
      {"a server without a scheme", kubeconfig("server: localhost", ""),
       ": cluster \"k\": the server URL \"localhost\" is not of the form https://host:port"},
      {"a password in the URL is not repeated", kubeconfig("server: 'https://u:hidden@a'", ""),
       ": cluster \"k\": the server URL holds a user or a password; put them into the user's "
       "entry"},
      {"a proxy", kubeconfig(good + ", proxy-url: 'socks5://p'", ""),
       ": cluster \"k\": proxy-url is not supported; give a server that is reached directly"},
      {"both forms of the CA",
       kubeconfig(good + ", certificate-authority: empty, certificate-authority-data: " + ca_data,
                  ""),
       ": cluster \"k\": certificate-authority and certificate-authority-data exclude each other"},
      {"base64 that is none", kubeconfig(good + ", certificate-authority-data: '%%%'", ""),
       ": cluster \"k\": certificate-authority-data is not valid base64"},
      {"a CA without certificates", kubeconfig(good + ", certificate-authority-data: eHl6", ""),
       ": cluster \"k\": the certificate-authority holds no certificate in PEM form"},
      {"an empty CA file", kubeconfig(good + ", certificate-authority: empty", ""),
       ": cluster \"k\": certificate-authority: " + files.path("empty") + " is empty"},
      {"a CA file that is missing", kubeconfig(good + ", certificate-authority: gone", ""),
       ": cluster \"k\": certificate-authority: cannot read " + files.path("gone") +
           ": No such file or directory"},
      {"a CA that is not asked",
       kubeconfig(good + ", insecure-skip-tls-verify: true, certificate-authority-data: " + ca_data,
                  ""),
       ": cluster \"k\": insecure-skip-tls-verify and a certificate-authority contradict each "
       "other"},
      {"a certificate without its key", kubeconfig(good, certificate),
       ": user \"u\": there is a client-certificate but no client-key"},
      {"another certificate's key",
       kubeconfig(good, certificate + ", client-key-data: " + base64_encode(foreign.key)),
       ": user \"u\": the client-key does not belong to the client certificate"},
      {"a key that is none", kubeconfig(good, certificate + ", client-key-data: eHl6"),
       ": user \"u\": the client-key is no private key in PEM form without a passphrase"},
      {"token and password", kubeconfig(good, "token: t, username: n, password: p"),
       ": user \"u\": a token and a username exclude each other"},
      {"a token file that is missing", kubeconfig(good, "tokenFile: gone"),
       ": user \"u\": tokenFile: cannot read " + files.path("gone") +
           ": No such file or directory"},
      {"groups of nobody", kubeconfig(good, "as-groups: [a]"),
       ": user \"u\": as-uid, as-groups and as-user-extra need as"},
      {"a plugin", kubeconfig(good, "exec: {command: aws}"),
       ": user \"u\": exec credential plugins are" + instead},
      {"the old kind of plugin", kubeconfig(good, "auth-provider: {name: gcp}"),
       ": user \"u\": auth-provider is" + instead},
      {"a list where text is due", kubeconfig("server: [a]", ""),
       ": cluster \"k\": server is not text; cluster \"k\": it has no server"},
      {"all of it at once", kubeconfig("proxy-url: http://p", "exec: {}, token: t, username: n"),
       ": cluster \"k\": proxy-url is not supported; give a server that is reached directly; "
       "cluster \"k\": it has no server; user \"u\": exec credential plugins are" +
           instead + "; user \"u\": a token and a username exclude each other"},
      {"broken YAML", "a: b\nclusters: [\n  x: {\n",
       ", line 4, column 1: end of map flow not found"},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    const auto loaded = files.load(row.text);
    REQUIRE(loaded.has_error());
    CHECK(loaded.error().kind() == ErrorKind::invalid);
    CHECK(loaded.error().text() == "kubeconfig " + files.path("config") + row.expected);
  }
}

TEST_CASE("a kubeconfig that is not there is not found") {
  const auto loaded = load_kubeconfig("/nowhere/config");
  CHECK(loaded.error().kind() == ErrorKind::not_found);
  CHECK(loaded.error().text() ==
        "kubeconfig: cannot read /nowhere/config: No such file or directory");
  CHECK(load_kubeconfig("/").error().text() == "kubeconfig: cannot read /: Is a directory");
}

TEST_CASE("a printed configuration shows no secret") {
  const Files files;
  const Pem own = Authority("ca").issue({});
  const auto loaded = files.load(kubeconfig(
      "server: https://a", "username: admin, password: pass-word, client-certificate-data: " +
                               base64_encode(own.certificate) +
                               ", client-key-data: " + base64_encode(own.key)));
  CHECK(describe(loaded.value()) ==
        "kubeconfig " + files.path("config") +
            ": server https://a:443, trusting the system's CAs, credentials: user admin (password "
            "hidden), client certificate (hidden)");
  const auto with_token = files.load(kubeconfig("server: https://a", "token: tok-en, as: jane"));
  CHECK(describe(with_token.value()) ==
        "kubeconfig " + files.path("config") +
            ": server https://a:443, trusting the system's CAs, credentials: token (hidden), "
            "acting as jane");
}

}  // namespace
}  // namespace kube
