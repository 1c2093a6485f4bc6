// Retries, throttle, tokens and warnings, as every call gets them.
#include "kube/api/session.hpp"

#include <algorithm>
#include <fstream>

#include <catch2/catch.hpp>

#include "tests/support/fresh_folder.hpp"
#include "tests/unit/kube/certificates.hpp"
#include "tests/unit/kube/rig.hpp"

namespace kube {
namespace {

using namespace kube::test;
using namespace std::chrono_literals;
using base::ErrorKind;

const ObjectPath content_a(contents, "", "a");

TEST_CASE("an answer with Retry-After is asked for again when it says, whatever the verb") {
  Rig rig;
  rig.server.then(text_reply(429, "Too many requests", {"Retry-After: 3"}));
  rig.server.then(json_reply(503, "{}", {"Retry-After: 1"}));
  rig.server.then(json_reply(200, "{}"));
  auto request = rig.start(rig.client->patch(content_a, Patch::merge({})));
  rig.pass(3s);
  rig.pass(1s);
  CHECK(request.result().has_value());
  CHECK(rig.server.requests().size() == 3);
}

TEST_CASE("without a number of seconds the refusal stands") {
  for (const std::vector<std::string>& headers :
       {std::vector<std::string>(),
        std::vector<std::string>{"Retry-After: Fri, 31 Dec 1999 23:59:59 GMT"}}) {
    Rig rig;
    rig.server.then(text_reply(429, "Too many requests, please try again later.\n", headers));
    const auto got = rig.run(rig.client->get(content_a));
    CHECK(got.error().kind() == ErrorKind::throttled);
    CHECK_FALSE(got.error().retry_after().has_value());
    CHECK(got.error().text() ==
          "get volumesnapshotcontents/a: the server answered HTTP 429: Too many requests, please "
          "try again later.");
    CHECK(rig.server.requests().size() == 1);
  }
}

TEST_CASE("the eleventh refusal stands, with the wait it asks for") {
  Rig rig;
  for (int i = 0; i < 11; ++i) rig.server.then(json_reply(503, "", {"Retry-After: 2"}));
  auto request = rig.start(rig.client->get(content_a));
  for (int i = 0; i < 10; ++i) rig.pass(2s);
  const auto got = request.result();
  CHECK(got.error().kind() == ErrorKind::unavailable);
  CHECK(got.error().retry_after() == 2s);
  CHECK(rig.server.requests().size() == 11);
}

TEST_CASE("a read whose connection breaks is sent again after a second") {
  const Reply half = [] {
    Reply reply;
    reply.pieces = {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\""};
    reply.then = Reply::Then::close;
    return reply;
  }();
  for (const Reply& broken : {dropped_reply(), half}) {
    Rig rig;
    rig.server.then(broken).then(json_reply(200, R"({"b":1})"));
    auto request = rig.start(rig.client->get(content_a));
    rig.pass(1s);
    CHECK(request.result().value() == boost::json::value{{"b", 1}});
  }
}

TEST_CASE("a write whose connection breaks is not") {
  Rig rig;
  rig.server.then(dropped_reply());
  const auto created =
      rig.run(rig.client->create(ObjectPath(contents, "", ""), boost::json::object()));
  CHECK(created.error().kind() == ErrorKind::unavailable);
  CHECK_THAT(created.error().text(), Catch::StartsWith("create volumesnapshotcontents"));
  CHECK(rig.server.requests().size() == 1);
}

TEST_CASE("a limit of requests per second holds when it was asked for, but not for watches") {
  Rig rig([](ClusterConfig&, ClientOptions& options) {
    options.qps = 5;
    options.burst = 1;
  });
  rig.server.then(json_reply(200, "{}")).then(json_reply(200, "{}")).then(chunked_reply({}));
  rig.run(rig.client->get(content_a)).value();
  auto second = rig.start(rig.client->get(content_a));
  rig.pass(200ms);
  CHECK(second.result().has_value());
  CHECK(rig.run(rig.client->watch(Selection(contents), "1", 10s, {})).has_value());
}

TEST_CASE("a token file is read again when the server refuses the token") {
  const Authority authority("ours");
  const Pem pem = authority.issue({{"IP:127.0.0.1"}});
  const tests::FreshFolder folder;
  const std::string file = folder / "token";
  std::ofstream(file) << "one\n";
  Rig rig(
      [&](ClusterConfig& config, ClientOptions&) {
        config.tls.ca_pem = authority.certificate();
        config.credentials.token_file = file;
      },
      {pem.certificate, pem.key, ""});
  rig.server.then(json_reply(401, R"({"kind":"Status","status":"Failure","reason":"Unauthorized",)"
                                  R"("message":"Unauthorized","code":401})"));
  rig.server.then(json_reply(200, "{}"));
  const auto refused = rig.run(rig.client->get(content_a));
  CHECK(refused.error().kind() == ErrorKind::unauthenticated);
  CHECK(refused.error().text() ==
        "get volumesnapshotcontents/a: Unauthorized; it does not accept our credentials, check the "
        "token file " +
            file);
  std::ofstream(file) << "two\n";
  CHECK(rig.run(rig.client->get(content_a)).has_value());
  const auto& requests = rig.server.requests();
  CHECK_THAT(requests[0].headers, Catch::Contains("authorization: Bearer one\n"));
  CHECK_THAT(requests[1].headers, Catch::Contains("authorization: Bearer two\n"));
  CHECK(rig.log.find("Bearer") == std::string::npos);
}

TEST_CASE("a warning of the server is logged once") {
  Rig rig;
  for (int i = 0; i < 3; ++i)
    rig.server.then(json_reply(200, "{}", {R"(Warning: 299 - "v1beta1 is old", 299 - "so is x")"}));
  for (int i = 0; i < 3; ++i) rig.run(rig.client->get(content_a)).value();
  CHECK(std::count(rig.log.begin(), rig.log.end(), '\n') == 2);
  CHECK_THAT(rig.log, Catch::Contains("v1beta1 is old") && Catch::Contains("so is x"));
}

}  // namespace
}  // namespace kube
