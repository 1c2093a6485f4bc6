// Connections as a client sees them: kept, died, silent. Through ApiClient, over real sockets.
#include "kube/http/transport.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/kube/rig.hpp"

namespace kube {
namespace {

using namespace kube::test;
using namespace std::chrono_literals;
using base::ErrorKind;

const ObjectPath content_a(contents, "", "a");

base::Result<boost::json::value> patch(Rig& rig) {
  return rig.run(rig.client->patch(content_a, Patch::merge({})));
}

TEST_CASE("a kept connection that the server has closed is replaced unseen") {
  Rig rig;
  rig.server.then(json_reply(200, "{}"));
  rig.run(rig.client->get(content_a)).value();
  rig.server.close_connections();
  rig.server.then(json_reply(200, "{}"));
  CHECK(patch(rig).has_value());
  CHECK(rig.server.connections() == 2);
}

TEST_CASE("a kept connection that dies under a read is replaced at once") {
  Rig rig;
  rig.server.then(json_reply(200, "{}")).then(dropped_reply()).then(json_reply(200, "{}"));
  rig.run(rig.client->get(content_a)).value();
  CHECK(rig.run(rig.client->get(content_a)).has_value());  // without time passing
  CHECK(rig.server.requests().size() == 3);
  CHECK(rig.server.connections() == 2);
}

TEST_CASE("a write whose bytes were sent is not sent again") {
  Rig rig;
  rig.server.then(json_reply(200, "{}")).then(dropped_reply());
  rig.run(rig.client->get(content_a)).value();
  const auto patched = patch(rig);
  CHECK(patched.error().kind() == ErrorKind::unavailable);
  CHECK(rig.server.requests().size() == 2);
}

TEST_CASE("a connection that cannot carry more is not kept") {
  Rig rig;
  rig.server.then(json_reply(200, "{}", {"Connection: close"})).then(json_reply(200, "{}"));
  rig.run(rig.client->get(content_a)).value();
  rig.run(rig.client->get(content_a)).value();
  CHECK(rig.server.connections() == 2);
}

TEST_CASE("a connection is kept after a refusal whose body was read") {
  Rig rig;
  rig.server.then(text_reply(500, "no")).then(text_reply(500, std::string(100'000, 'x')));
  rig.server.then(json_reply(200, "{}"));
  CHECK(patch(rig).has_error());
  CHECK(patch(rig).has_error());
  CHECK(rig.server.connections() == 1);
  CHECK(patch(rig).has_value());  // but not after one of which most was left
  CHECK(rig.server.connections() == 2);
}

TEST_CASE("a connection is closed when it was idle for ninety seconds") {
  Rig rig;
  for (int i = 0; i < 3; ++i) rig.server.then(json_reply(200, "{}"));
  rig.run(rig.client->get(content_a)).value();
  rig.clock.advance(90s - 1ns);
  rig.run(rig.client->get(content_a)).value();
  CHECK(rig.server.connections() == 1);
  rig.clock.advance(90s);
  rig.run(rig.client->get(content_a)).value();
  CHECK(rig.server.connections() == 2);
}

TEST_CASE("at most 25 connections are kept") {
  Rig rig;
  using Got = Running<base::Result<boost::json::value>>;
  const auto burst = [&] {
    std::vector<std::unique_ptr<Got>> all;
    for (int i = 0; i < 30; ++i) rig.server.then(json_reply(200, "{}"));
    for (int i = 0; i < 30; ++i)
      all.push_back(std::make_unique<Got>(rig.io, rig.client->get(content_a)));
    for (const auto& each : all) each->result().value();
  };
  burst();
  CHECK(rig.server.connections() == 30);
  burst();
  CHECK(rig.server.connections() == 35);
}

TEST_CASE("an answer that does not come is given up after 65 seconds") {
  for (const std::string& part :
       {std::string(), std::string("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{")}) {
    Rig rig;
    Reply reply = silent_reply();
    if (!part.empty()) reply.pieces = {part};
    rig.server.then(reply);
    auto request = rig.start(rig.client->get(content_a));
    rig.run_until([&] { return rig.server.requests().size() == 1; });
    rig.clock.advance(65s - 1ns);
    CHECK_FALSE(request.over());
    rig.clock.advance(1ns);
    const auto got = request.result();
    CHECK(got.error().kind() == ErrorKind::timed_out);
    CHECK(got.error().text() == "get volumesnapshotcontents/a: no answer within 65 s");
    CHECK(rig.server.requests().size() == 1);
  }
}

TEST_CASE("a server that speaks something else is malformed, and not asked again") {
  Rig rig;
  Reply reply;
  reply.pieces = {"220 mail.example ESMTP\r\n\r\n"};
  rig.server.then(reply);
  const auto got = rig.run(rig.client->get(content_a));
  CHECK(got.error().kind() == ErrorKind::malformed);
  CHECK(rig.server.requests().size() == 1);
}

TEST_CASE("a host that nobody knows is named") {
  Rig rig(
      [](ClusterConfig& config, ClientOptions&) { config.server.host = "no-such-host.invalid"; });
  const auto got = rig.run(rig.client->get(content_a));
  CHECK(got.error().kind() == ErrorKind::unavailable);
  CHECK_THAT(got.error().text(), Catch::Contains("cannot resolve \"no-such-host.invalid\": "));
}

}  // namespace
}  // namespace kube
