#include "kube/config/token_source.hpp"

#include <optional>

#include <catch2/catch.hpp>

namespace kube {
namespace {

using namespace std::chrono_literals;

constexpr base::Instant start{1000h};

// A token file in memory, and how often it was read.
class TokenFile {
 public:
  std::optional<std::string> content;
  int readings = 0;

  TokenSource source(const std::string& token = {}) {
    Credentials credentials;
    credentials.token = Secret(token);
    credentials.token_file = "/token";
    return TokenSource(std::move(credentials), [this](const std::string& path) {
      ++readings;
      base::Result<std::string> missing = base::Error(base::ErrorKind::not_found, "no " + path);
      return content ? base::Result<std::string>(*content) : missing;
    });
  }
};

TEST_CASE("a token in the configuration is the token") {
  Credentials credentials;
  credentials.token = Secret(" t \n");
  TokenSource source(credentials, [](const std::string&) -> base::Result<std::string> {
    throw std::logic_error("there is no file to read");
  });
  CHECK(source.token(start) == "t");
  source.refused();
  CHECK(source.token(start + 24h) == "t");
}

TEST_CASE("a token file is read at first use, and again after 50 seconds") {
  TokenFile file;
  file.content = "one\n";
  TokenSource source = file.source("initial");
  CHECK(source.token(start) == "one");
  file.content = "two";
  CHECK(source.token(start + 50s - 1ns) == "one");
  CHECK(file.readings == 1);
  CHECK(source.token(start + 50s) == "two");
}

TEST_CASE("what cannot be used as a token leaves the old one in place") {
  for (const std::optional<std::string>& content :
       {std::optional<std::string>(), std::optional<std::string>(" \n"),
        std::optional<std::string>("two\r\nInjected: header"), std::optional<std::string>("a b")}) {
    INFO(content.value_or("(no file)"));
    TokenFile file;
    file.content = "one";
    TokenSource source = file.source();
    source.token(start);
    file.content = content;
    CHECK(source.token(start + 50s) == "one");
    const std::optional<base::Error> trouble = source.take_trouble();
    REQUIRE(trouble.has_value());
    CHECK(trouble->text().find("Injected") == std::string::npos);
    CHECK_FALSE(source.take_trouble().has_value());
    file.content = "three";
    CHECK(source.token(start + 100s) == "three");
    CHECK_FALSE(source.take_trouble().has_value());
  }
}

TEST_CASE("until the file can be read, the token beside it is used") {
  TokenFile file;
  CHECK(file.source("initial").token(start) == "initial");
}

TEST_CASE("a refused token is read again at once, but not for ever") {
  TokenFile file;
  file.content = "one";
  TokenSource source = file.source();
  source.token(start);
  file.content = "two";
  source.refused();
  CHECK(source.token(start + 1s) == "two");
  CHECK(source.token(start + 2s) == "two");
  CHECK(file.readings == 2);
}

}  // namespace
}  // namespace kube
