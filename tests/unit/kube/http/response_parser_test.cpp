#include "kube/http/response_parser.hpp"

#include <string>

#include <catch2/catch.hpp>

namespace kube {
namespace {

using namespace std::chrono_literals;

struct Parsed {
  base::Result<void> fed;
  std::string body;
  bool done = false;
  bool keep_alive = false;
  ResponseHead head;
};

// Feeds the bytes in pieces that grow at `cut`, as a socket would: what was not consumed stays.
Parsed parse(std::string_view bytes, std::size_t cut, bool closed = false) {
  ResponseParser parser;
  Parsed parsed;
  std::size_t begin = 0;
  for (const std::size_t end : {cut, bytes.size()}) {
    while (begin < end && !parser.done()) {
      const auto step = parser.feed(bytes.substr(begin, end - begin));
      if (!step) {
        parsed.fed = step.error();
        return parsed;
      }
      if (step->consumed == 0) break;
      parsed.body += step->body;
      begin += step->consumed;
    }
  }
  if (closed) parsed.fed = parser.end_of_input();
  parsed.done = parser.done();
  parsed.keep_alive = parser.done() && parser.keep_alive();
  parsed.head = parser.head();
  return parsed;
}

TEST_CASE("an answer is read the same however its bytes are cut in two") {
  struct Row {
    const char* sentence;
    std::string bytes;
    bool closed;
    const char* body;
    bool keep_alive;
  };
  const Row table[] = {
      {"a body with a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false, "hello",
       true},
      {"a body in chunks",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n",
       false, "hello", true},
      {"a body that ends with the connection", "HTTP/1.1 200 OK\r\n\r\nhello", true, "hello",
       false},
      {"no body", "HTTP/1.1 204 No Content\r\n\r\n", false, "", true},
      {"a server that will close",
       "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello", false, "hello",
       false},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    for (std::size_t cut = 0; cut <= row.bytes.size(); ++cut) {
      const Parsed parsed = parse(row.bytes, cut, row.closed);
      REQUIRE(parsed.fed.has_value());
      REQUIRE(parsed.done);
      REQUIRE(parsed.body == row.body);
      REQUIRE(parsed.keep_alive == row.keep_alive);
    }
  }
}

TEST_CASE("the head tells status, media type, Retry-After and warnings") {
  const ResponseHead head =
      parse(
          "HTTP/1.1 429 Too Many\r\nContent-Type: Application/JSON ; charset=utf-8\r\n"
          "retry-after: 7\r\nWarning: 299 - \"a\"\r\nWarning: 299 - \"b\"\r\n"
          "Content-Length: 0\r\n\r\n",
          0)
          .head;
  CHECK(head.status == 429);
  CHECK_FALSE(head.success());
  CHECK(head.media_type == "application/json");
  CHECK(head.retry_after == 7s);
  CHECK(head.warnings == std::vector<std::string>{"299 - \"a\"", "299 - \"b\""});
}

TEST_CASE("an end inside the answer is an error") {
  struct Row {
    const char* bytes;
    const char* error;
  };
  const Row table[] = {
      {"", "the connection ended before the answer"},
      {"HTTP/1.1 200 OK\r\n", "the connection ended before the answer"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
       "the connection ended inside the answer"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
       "the connection ended inside the answer"},
  };
  for (const Row& row : table) {
    const Parsed parsed = parse(row.bytes, 0, true);
    CHECK(parsed.fed.error().text() == row.error);
    CHECK(parsed.fed.error().kind() == base::ErrorKind::unavailable);
  }
}

TEST_CASE("what is not HTTP is malformed") {
  for (const std::string& bytes :
       {std::string("\x15\x03\x01\x02\x02\x16 not HTTP at all\r\n\r\n"),
        std::string("SSH-2.0-x\r\n\r\n"), "HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x'),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")}) {
    const Parsed parsed = parse(bytes, 0);
    REQUIRE(parsed.fed.has_error());
    CHECK(parsed.fed.error().kind() == base::ErrorKind::malformed);
  }
}

TEST_CASE("a body has no limit") {
  ResponseParser parser;
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\n";
  REQUIRE(parser.feed(head).has_value());
  const std::string piece(1'000'000, 'x');
  std::size_t size = 0;
  while (!parser.done()) {
    const auto step = parser.feed(piece);
    REQUIRE(step.has_value());
    size += step->body.size();
  }
  CHECK(size == 20'000'000);
}

}  // namespace
}  // namespace kube
