#include "kube/config/in_cluster.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "tests/support/fresh_folder.hpp"
#include "tests/unit/kube/certificates.hpp"

namespace kube {
namespace {

class Pod {
 public:
  Pod() {
    place.host = "10.0.0.1";
    place.port = "443";
    place.folder = folder_.path();
    write("token", "t\n");
    write("ca.crt", test::Authority("ca").certificate());
    write("namespace", "team\n");
  }
  void write(const char* name, const std::string& content) const {
    std::ofstream(folder_ / name) << content;
  }
  void remove(const char* name) const { std::filesystem::remove(folder_ / name); }
  std::string path(const char* name) const { return folder_ / name; }

  InClusterPlace place;

 private:
  tests::FreshFolder folder_;
};

TEST_CASE("a pod finds the API server and its own account") {
  const Pod pod;
  const ClusterConfig config = in_cluster_config(pod.place).value();
  CHECK(to_string(config.server) == "https://10.0.0.1:443");
  CHECK(config.credentials.token_file == pod.path("token"));
  CHECK(config.tls.ca_file == pod.path("ca.crt"));
  CHECK_FALSE(config.tls.ca_pem.empty());
  CHECK(config.space == "team");
}

TEST_CASE("an IPv6 service address gets its brackets") {
  Pod pod;
  pod.place.host = "fd00::1";
  CHECK(to_string(in_cluster_config(pod.place).value().server) == "https://[fd00::1]:443");
}

TEST_CASE("outside of a pod there is no in-cluster configuration") {
  for (const bool host_is_missing : {true, false}) {
    Pod pod;
    (host_is_missing ? pod.place.host : pod.place.port).clear();
    const auto config = in_cluster_config(pod.place);
    CHECK(config.error().kind() == base::ErrorKind::failed_precondition);
    CHECK_THAT(config.error().text(), Catch::Contains("name a kubeconfig with --kubeconfig"));
  }
}

TEST_CASE("an account that cannot be read is an error, never another trust") {
  const Pod without_ca;
  without_ca.remove("ca.crt");
  CHECK(in_cluster_config(without_ca.place).error().text() ==
        "in-cluster configuration: cannot read " + without_ca.path("ca.crt") +
            ": No such file or directory");
  const Pod with_empty_ca;
  with_empty_ca.write("ca.crt", "");
  CHECK(in_cluster_config(with_empty_ca.place).error().text() ==
        "in-cluster configuration: " + with_empty_ca.path("ca.crt") +
            " holds no certificate in PEM form");
  const Pod without_token;
  without_token.remove("token");
  CHECK(in_cluster_config(without_token.place).has_error());
  const Pod without_namespace;
  without_namespace.remove("namespace");
  CHECK(in_cluster_config(without_namespace.place).value().space.empty());
}

}  // namespace
}  // namespace kube
