#include "kube/http/tls_client.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "kube/config/pem.hpp"
#include "tests/support/fresh_folder.hpp"
#include "tests/unit/kube/certificates.hpp"
#include "tests/unit/kube/rig.hpp"

namespace kube {
namespace {

using namespace kube::test;
using namespace std::chrono_literals;

ServerTls serving(const Pem& pem) {
  return {pem.certificate, pem.key, ""};
}

const ObjectPath content_a(contents, "", "a");

TEST_CASE("which servers are believed to be the API server") {
  const Authority authority("ours");
  const Authority stranger("a stranger");
  struct Row {
    const char* sentence;
    Pem server;
    Rig::Change change;
    std::string refusal;  // empty: it is believed
    std::string sni;
  };
  const auto trusting = [&](const std::string& host, const std::string& server_name = {}) {
    return [&authority, host, server_name](ClusterConfig& config, ClientOptions&) {
      config.server.host = host;
      config.tls.ca_pem = authority.certificate();
      config.tls.server_name = server_name;
    };
  };
  const std::string other_ca =
      "the server's certificate was not issued by the CA we trust; check certificate-authority and "
      "the server address";
  const auto other_name = [](const std::string& name) {
    return "the server's certificate is not for \"" + name +
           "\"; use a name that it lists, or set tls-server-name";
  };
  const Pem by_address = authority.issue({{"IP:127.0.0.1"}});
  const Pem by_name = authority.issue({{"DNS:localhost"}});
  const Row table[] = {
      {"an address among the certificate's, with no SNI", by_address, trusting("127.0.0.1"), "",
       ""},
      {"a name among the certificate's", by_name, trusting("localhost"), "", "localhost"},
      {"a wildcard", authority.issue({{"DNS:*.kube.example"}}),
       trusting("127.0.0.1", "api.kube.example"), "", "api.kube.example"},
      {"tls-server-name instead of the host", authority.issue({{"DNS:kube.example"}}),
       trusting("127.0.0.1", "kube.example"), "", "kube.example"},
      {"an address that the certificate does not list", by_name, trusting("127.0.0.1"),
       "IP address mismatch: " + other_name("127.0.0.1"), ""},
      {"an address as a DNS name does not count", authority.issue({{"DNS:127.0.0.1"}}),
       trusting("127.0.0.1"), "IP address mismatch: " + other_name("127.0.0.1"), ""},
      {"a name that the certificate does not list", authority.issue({{"DNS:else.example"}}),
       trusting("localhost"), "hostname mismatch: " + other_name("localhost"), ""},
      {"the URL's host does not count beside tls-server-name", by_name,
       trusting("localhost", "kube.example"), "hostname mismatch: " + other_name("kube.example"),
       "kube.example"},
      {"another CA's certificate", stranger.issue({{"IP:127.0.0.1"}}), trusting("127.0.0.1"),
       "unable to get local issuer certificate: " + other_ca, ""},
      {"a certificate that has expired", authority.issue({{"IP:127.0.0.1"}, -60}),
       trusting("127.0.0.1"),
       "certificate has expired: check the clocks of both machines and renew the server's "
       "certificate",
       ""},
      {"without a CA the system's own are asked", by_address, [](ClusterConfig&, ClientOptions&) {},
       "unable to get local issuer certificate: " + other_ca, ""},
      {"what is in the file is trusted, also where somebody else has signed it", by_address,
       [&](ClusterConfig& config, ClientOptions&) { config.tls.ca_pem = by_address.certificate; },
       "", ""},
      {"nobody is checked when that was asked for", stranger.issue({{"DNS:else.example"}, -60}),
       [](ClusterConfig& config, ClientOptions&) { config.tls.verify = false; }, "", ""},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    Rig rig(row.change, serving(row.server));
    rig.server.then(json_reply(200, "{}"));
    const auto got = rig.run(rig.client->get(content_a));
    CHECK(got.has_value() == row.refusal.empty());
    if (!row.refusal.empty()) {
      CHECK(got.error().kind() == base::ErrorKind::unavailable);
      CHECK_THAT(
          got.error().text(),
          Catch::EndsWith(" of the test configuration: certificate verify failed: " + row.refusal));
      CHECK(rig.server.requests().empty());
    } else {
      CHECK(rig.server.sni() == row.sni);
    }
  }
}

TEST_CASE("credentials go over TLS only, and the log says so") {
  const Authority authority("ours");
  const auto with = [&](const std::function<void(Credentials&)>& change) {
    return [&authority, change](ClusterConfig& config, ClientOptions&) {
      config.tls.ca_pem = authority.certificate();
      change(config.credentials);
      config.act_as.user = "jane";
      config.act_as.groups = {"a", "b"};
    };
  };
  const auto token = with([](Credentials& own) { own.token = Secret("t"); });
  const auto basic = with([](Credentials& own) {
    own.username = "admin";
    own.password = Secret("pass");
  });
  const ServerTls tls = serving(authority.issue({{"IP:127.0.0.1"}}));
  const auto headers = [](const Rig::Change& change, const ServerTls& server) {
    Rig rig(change, server);
    rig.server.then(json_reply(200, "{}"));
    rig.run(rig.client->get(content_a)).value();
    CHECK(rig.log.find("pass") == std::string::npos);
    return rig.server.requests().front().headers + rig.log;
  };
  CHECK_THAT(headers(token, tls), Catch::Contains("authorization: Bearer t\n"));
  CHECK_THAT(headers(token, tls), Catch::Contains("impersonate-user: jane\nimpersonate-group: a\n"
                                                  "impersonate-group: b\n"));
  CHECK_THAT(headers(basic, tls), Catch::Contains("authorization: Basic YWRtaW46cGFzcw==\n"));
  const std::string in_clear = headers(token, {});
  CHECK_THAT(in_clear, !Catch::Contains("authorization"));
  CHECK_THAT(in_clear, Catch::Contains("Credentials are not sent because the server URL is not"));
}

TEST_CASE("a client certificate is shown to the server that asks") {
  const Authority authority("ours");
  const Pem own = authority.issue({});
  const Pem server = authority.issue({{"IP:127.0.0.1"}});
  const ServerTls asking{server.certificate, server.key, authority.certificate()};
  for (const bool with_certificate : {true, false}) {
    Rig rig(
        [&](ClusterConfig& config, ClientOptions&) {
          config.tls.ca_pem = authority.certificate();
          if (!with_certificate) return;
          config.tls.certificate_pem = own.certificate;
          config.tls.key_pem = Secret(own.key);
        },
        asking);
    rig.server.then(json_reply(200, "{}"));
    CHECK(rig.run(rig.client->create(ObjectPath(contents, "", ""), boost::json::object()))
              .has_value() == with_certificate);
  }
}

TEST_CASE("a CA file that was replaced is used for the handshakes after a minute") {
  const Authority old_ca("old");
  const Authority new_ca("new");
  const tests::FreshFolder folder;
  const auto write = [&](const std::string& text) { std::ofstream(folder / "ca") << text; };
  write(old_ca.certificate());
  Rig rig(
      [&](ClusterConfig& config, ClientOptions&) {
        config.tls.ca_pem = old_ca.certificate();
        config.tls.ca_file = folder / "ca";
      },
      serving(new_ca.issue({{"IP:127.0.0.1"}})));
  rig.server.then(json_reply(200, "{}"));
  CHECK(rig.run(rig.client->get(content_a)).has_error());
  write(new_ca.certificate());
  CHECK(rig.run(rig.client->get(content_a)).has_error());
  rig.clock.advance(60s);
  CHECK(rig.run(rig.client->get(content_a)).has_value());

  write("");  // half-written: the last good one stays
  rig.clock.advance(120s);
  rig.server.then(json_reply(200, "{}"));
  CHECK(rig.run(rig.client->get(content_a)).has_value());
}

TEST_CASE("a handshake that does not end is given up after ten seconds") {
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor mute(
      io, {boost::asio::ip::address_v4::loopback(), 0});  // accepts, and says nothing
  Rig rig([&](ClusterConfig& config, ClientOptions&) {
    config.server.tls = true;
    config.server.port = std::to_string(mute.local_endpoint().port());
  });
  auto request = rig.start(rig.client->get(content_a));
  rig.pass(10s);
  const auto got = request.result();
  CHECK(got.error().kind() == base::ErrorKind::unavailable);
  CHECK_THAT(got.error().text(), Catch::EndsWith(": no TLS handshake within 10 s"));
}

TEST_CASE("a server that speaks no TLS is told apart from one with a wrong certificate") {
  Rig rig([](ClusterConfig& config, ClientOptions&) { config.server.tls = true; });
  const auto got = rig.run(rig.client->get(content_a));
  CHECK_THAT(got.error().text(), Catch::Contains(": TLS handshake failed: "));
}

}  // namespace
}  // namespace kube
