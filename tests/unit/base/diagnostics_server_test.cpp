#include "base/diagnostics_server.hpp"

#include <chrono>
#include <stdexcept>
#include <string_view>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>
#include <catch2/catch.hpp>

#include "tests/support/result_printer.hpp"

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using asio::ip::tcp;
using base::DiagnosticsReply;
using base::DiagnosticsRequest;

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

base::DiagnosticsLimits impatient(std::chrono::milliseconds patience) {
  base::DiagnosticsLimits limits;
  limits.patience = patience;
  return limits;
}

// A server with three pages on a free port of the loopback, and the loop that it shares with its
// clients.
class World {
 public:
  explicit World(base::DiagnosticsLimits limits = {})
      : logger(clock, {}, [this](std::string_view line) { log += line; }),
        server(io.get_executor(), logger, limits) {
    server.handle("/page", [](const DiagnosticsRequest& request) {
      DiagnosticsReply reply("query=" + request.query + "\n");
      reply.headers.emplace_back("X-Extra", "1");
      return reply;
    });
    server.handle("/sick",
                  [](const DiagnosticsRequest&) { return DiagnosticsReply("ill\n", 500); });
    server.handle("/bug", [](const DiagnosticsRequest&) -> DiagnosticsReply {
      throw std::logic_error("off by one");
    });
    port = server.listen("127.0.0.1:0").value();
  }

  // Serves while the story lasts, then stops; returns when all connections have ended.
  void play(asio::awaitable<void> story) {
    std::exception_ptr failure, ended;
    asio::cancellation_signal stop;
    asio::co_spawn(io, server.run(),
                   asio::bind_cancellation_slot(stop.slot(),
                                                [&ended](std::exception_ptr why) { ended = why; }));
    asio::co_spawn(io, std::move(story), [&](std::exception_ptr why) {
      failure = why;
      stop.emit(asio::cancellation_type::terminal);
    });
    io.restart();
    io.run();
    if (failure) std::rethrow_exception(failure);
    CHECK_THROWS_AS(std::rethrow_exception(ended), boost::system::system_error);
  }

  asio::io_context io;
  base::SystemClock clock;
  std::string log;
  base::Logger logger;
  base::DiagnosticsServer server;
  std::uint16_t port = 0;
};

asio::awaitable<tcp::socket> connect(World& world) {
  tcp::socket socket(world.io);
  const tcp::endpoint where(asio::ip::address_v4::loopback(), world.port);
  co_await socket.async_connect(where, asio::use_awaitable);
  co_return socket;
}

// One request on a connection that stays open; whether it was answered.
asio::awaitable<bool> ask(tcp::socket& socket) {
  const std::string request = "HEAD /page HTTP/1.1\r\n\r\n";
  const auto bytes = asio::buffer(request);
  co_await asio::async_write(socket, bytes, quietly);
  std::string reply;
  auto into = asio::dynamic_buffer(reply);
  const auto [problem, size] = co_await asio::async_read_until(socket, into, "\r\n\r\n", quietly);
  co_return !problem;
}

// All that comes until the server closes.
asio::awaitable<std::string> rest_of(tcp::socket& socket) {
  std::string received;
  auto into = asio::dynamic_buffer(received);
  co_await asio::async_read(socket, into, quietly);
  co_return received;
}

asio::awaitable<std::string> exchange(World& world, std::string request) {
  tcp::socket socket = co_await connect(world);
  const auto bytes = asio::buffer(request);
  co_await asio::async_write(socket, bytes, quietly);
  std::string received = co_await rest_of(socket);
  co_return received;
}

// What the server says to these bytes, on a connection of their own.
std::string answer(World& world, const std::string& request) {
  std::string answered;
  const auto story = [&]() -> asio::awaitable<void> {
    asio::awaitable<std::string> exchanged = exchange(world, request);
    answered = co_await std::move(exchanged);
  };
  world.play(story());
  return answered;
}

std::string request(const std::string& method, const std::string& target) {
  return method + " " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t times = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++times;
  return times;
}

}  // namespace

TEST_CASE("requests and what they are answered with") {
  struct Row {
    const char* sentence;
    std::string request;
    const char* status_line;
    const char* body;
  };
  const Row table[] = {
      {"a page", request("GET", "/page"), "HTTP/1.1 200 OK", "query=\n"},
      {"a query reaches the page", request("GET", "/page?a=1?&b"), "HTTP/1.1 200 OK",
       "query=a=1?&b\n"},
      {"a page that is not well", request("GET", "/sick"), "HTTP/1.1 500 Internal Server Error",
       "ill\n"},
      {"an unknown path", request("GET", "/other"), "HTTP/1.1 404 Not Found",
       "404 page not found\n"},
      {"a path must match to the end", request("GET", "/page/"), "HTTP/1.1 404 Not Found",
       "404 page not found\n"},
      {"another method", request("POST", "/page"), "HTTP/1.1 405 Method Not Allowed",
       "405 only GET and HEAD are allowed\n"},
      {"a page that throws", request("GET", "/bug"), "HTTP/1.1 500 Internal Server Error",
       "internal server error: off by one\n"},
      {"HTTP/1.0", "GET /page HTTP/1.0\r\n\r\n", "HTTP/1.0 200 OK", "query=\n"},
      {"garbage", "\x16\x03\x01\x02 what is this?\r\n\r\n", "HTTP/1.1 400 Bad Request",
       "the request is refused\n"},
      {"a broken header", "GET /page HTTP/1.1\r\nno colon\r\n\r\n", "HTTP/1.1 400 Bad Request",
       "the request is refused\n"},
      {"a body with a length", "POST /page HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
       "HTTP/1.1 413 Payload Too Large", "the request is refused\n"},
      {"a body announced as huge", "GET /page HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
       "HTTP/1.1 413 Payload Too Large", "the request is refused\n"},
      {"a body in chunks", "GET /page HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
       "HTTP/1.1 413 Payload Too Large", "the request is refused\n"},
      {"a header beyond the limit",
       "GET /page HTTP/1.1\r\nX: " + std::string(20000, 'x') + "\r\n\r\n",
       "HTTP/1.1 431 Request Header Fields Too Large", "the request is refused\n"},
      {"a target beyond the limit", request("GET", "/" + std::string(20000, 'x')),
       "HTTP/1.1 431 Request Header Fields Too Large", "the request is refused\n"},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    World world;
    const std::string answered = answer(world, row.request);
    CHECK_THAT(answered, Catch::StartsWith(std::string(row.status_line) + "\r\n"));
    CHECK_THAT(answered, Catch::EndsWith("\r\n\r\n" + std::string(row.body)));
    CHECK_THAT(answered, Catch::Contains("Content-Length: " +
                                         std::to_string(std::string_view(row.body).size())));
  }
}

TEST_CASE("HEAD is answered as GET, without the body") {
  World world;
  const std::string answered = answer(world, request("HEAD", "/page"));
  CHECK_THAT(answered, Catch::StartsWith("HTTP/1.1 200 OK\r\n"));
  CHECK_THAT(answered, Catch::Contains("Content-Length: 7\r\n"));
  CHECK_THAT(answered, Catch::EndsWith("\r\n\r\n"));
}

TEST_CASE("a reply has the headers of its page, a refused method those that are allowed") {
  World world;
  const std::string page = answer(world, request("GET", "/page"));
  CHECK_THAT(page, Catch::Contains("Content-Type: text/plain; charset=utf-8\r\n"));
  CHECK_THAT(page, Catch::Contains("X-Extra: 1\r\n"));
  World other;
  CHECK_THAT(answer(other, request("DELETE", "/page")), Catch::Contains("Allow: GET, HEAD\r\n"));
}

TEST_CASE("a page that throws is logged as a bug") {
  World world;
  answer(world, request("GET", "/bug"));
  CHECK_THAT(world.log, Catch::Contains(R"(path="/bug" error="off by one")"));
}

TEST_CASE("a connection is kept for more requests, also when they come at once") {
  World world;
  const std::string twice = "GET /page HTTP/1.1\r\n\r\nGET /page?2 HTTP/1.1\r\n\r\n";
  const std::string answered = answer(world, twice + request("HEAD", "/page"));
  CHECK(count(answered, "HTTP/1.1 200 OK") == 3);
  CHECK(count(answered, "query=2") == 1);
}

TEST_CASE("who sends too little, too slowly or nothing is cut off") {
  for (const char* beginning : {"", "GET /page HT", "GET /page HTTP/1.1\r\nHost: x\r\n"}) {
    INFO(beginning);
    World world(impatient(30ms));
    CHECK(answer(world, beginning).empty());
  }
  World world(impatient(30ms));
  CHECK(count(answer(world, "GET /page HTTP/1.1\r\n\r\n"), "HTTP/1.1 ") == 1);
}

TEST_CASE("patience is for the whole request, not from byte to byte") {
  World world(impatient(50ms));
  const auto story = [&]() -> asio::awaitable<void> {
    tcp::socket socket = co_await connect(world);
    const auto began = std::chrono::steady_clock::now();
    const std::string drop = "x";
    const auto bytes = asio::buffer(drop);
    boost::system::error_code problem;
    while (!problem && std::chrono::steady_clock::now() - began < 60s) {
      std::tie(problem, std::ignore) = co_await asio::async_write(socket, bytes, quietly);
      co_await world.clock.sleep(5ms);
    }
    CHECK(problem);
  };
  world.play(story());
}

TEST_CASE("one connection too many costs the one that was silent for longest its place") {
  base::DiagnosticsLimits limits;
  limits.connections = 3;
  World world(limits);
  const auto story = [&]() -> asio::awaitable<void> {
    tcp::socket first = co_await connect(world);
    tcp::socket second = co_await connect(world);
    tcp::socket third = co_await connect(world);
    for (tcp::socket* speaker : {&second, &third, &first}) {
      const bool answered = co_await ask(*speaker);
      CHECK(answered);
    }
    tcp::socket fourth = co_await connect(world);
    for (tcp::socket* speaker : {&fourth, &third, &first}) {
      const bool answered = co_await ask(*speaker);
      CHECK(answered);
    }
    const bool answered = co_await ask(second);
    CHECK(!answered);
  };
  world.play(story());
}

TEST_CASE("hundreds of connections that say nothing keep nobody out") {
  World world;
  const auto story = [&]() -> asio::awaitable<void> {
    std::vector<tcp::socket> silent;
    for (int n = 0; n < 300; ++n) silent.push_back(co_await connect(world));
    asio::awaitable<std::string> exchanged = exchange(world, request("GET", "/page"));
    const std::string answered = co_await std::move(exchanged);
    CHECK_THAT(answered, Catch::Contains(" 200 OK"));
    std::size_t open = 0;
    for (tcp::socket& socket : silent) {
      socket.non_blocking(true);
      char byte;
      boost::system::error_code state;
      socket.read_some(asio::buffer(&byte, 1), state);
      if (state == asio::error::would_block) ++open;
    }
    CHECK(open < 33);
  };
  world.play(story());
}

TEST_CASE("a client that reads nothing ends when patience does") {
  World world(impatient(50ms));
  world.server.handle("/large", [](const DiagnosticsRequest&) {
    return DiagnosticsReply(std::string(32 << 20, 'x'));
  });
  const auto story = [&]() -> asio::awaitable<void> {
    tcp::socket socket = co_await connect(world);
    const std::string ask = request("GET", "/large");
    const auto bytes = asio::buffer(ask);
    co_await asio::async_write(socket, bytes, quietly);
    // The server is on this loop: once another exchange has run into its limit, so has this one.
    asio::awaitable<std::string> exchanged = exchange(world, "");
    const std::string nothing = co_await std::move(exchanged);
    CHECK(nothing.empty());
    const std::string part = co_await rest_of(socket);
    CHECK(part.size() < 32 << 20);
  };
  world.play(story());
}

TEST_CASE("a stop closes connections in every state") {
  World world;
  std::vector<tcp::socket> sockets;
  const auto story = [&]() -> asio::awaitable<void> {
    for (const std::string begun : {"", "GET /pa", "GET /page HTTP/1.1\r\n\r\n"}) {
      sockets.push_back(co_await connect(world));
      const auto bytes = asio::buffer(begun);
      co_await asio::async_write(sockets.back(), bytes, quietly);
    }
    asio::awaitable<std::string> exchanged = exchange(world, request("GET", "/page"));
    const std::string answered = co_await std::move(exchanged);
    CHECK(!answered.empty());
  };
  world.play(story());  // returns only once nothing is left on the loop
}

TEST_CASE("addresses that can be listened on") {
  asio::io_context io;
  const base::SystemClock clock;
  const base::Logger log(clock, {}, base::to_nowhere());
  for (const char* address : {":0", "127.0.0.1:0", "localhost:0", "0.0.0.0:0", "127.0.0.1:"}) {
    INFO(address);
    base::DiagnosticsServer server(io.get_executor(), log);
    const auto port = server.listen(address);
    REQUIRE(port);
    CHECK(*port != 0);
  }
}

TEST_CASE("a server on every address answers over IPv4") {
  World world;
  world.port = world.server.listen(":0").value();
  CHECK_THAT(answer(world, request("GET", "/page")), Catch::Contains(" 200 OK"));
}

TEST_CASE("an address that cannot be listened on is named with the reason") {
  World world;
  base::DiagnosticsServer other(world.io.get_executor(), world.logger);
  const std::string taken = "127.0.0.1:" + std::to_string(world.port);
  struct Row {
    std::string address;
    std::string error;
  };
  const Row table[] = {
      {taken, "cannot listen on \"" + taken + "\": Address already in use"},
      {"8080", "cannot listen: address \"8080\": it has no port"},
      {"192.0.2.1:1", "cannot listen on \"192.0.2.1:1\": Cannot assign requested address"},
  };
  for (const Row& row : table) {
    INFO(row.address);
    const auto port = other.listen(row.address);
    REQUIRE(!port);
    CHECK(port.error().text() == row.error);
  }
  CHECK_FALSE(other.listen("127.0.0.1:nosuchservice"));
}
