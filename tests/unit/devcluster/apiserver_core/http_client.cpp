#include "tests/unit/devcluster/apiserver_core/http_client.hpp"

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "devcluster/apiserver/server.hpp"

namespace devcluster::apiserver {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds patience{60};  // a story that takes longer hangs

}  // namespace

struct HttpClient::Wire {
  Wire(asio::io_context& loop, std::uint16_t port_of_it, std::string authority)
      : io(loop), port(port_of_it), tls(asio::ssl::context::tls_client), plain(loop) {
    if (authority.empty()) return;
    tls.add_certificate_authority(asio::buffer(authority));
    tls.set_verify_mode(asio::ssl::verify_peer);
    tls.set_verify_callback(asio::ssl::host_name_verification("127.0.0.1"));
    secure.emplace(plain, tls);
  }

  asio::awaitable<error_code> connect() {
    if (plain.is_open()) co_return error_code();
    const tcp::endpoint there(asio::ip::address_v4::loopback(), port);
    auto [problem] = co_await plain.async_connect(there, quietly);
    if (problem || !secure) co_return problem;
    auto [refused] = co_await secure->async_handshake(asio::ssl::stream_base::client, quietly);
    co_return refused;
  }

  asio::io_context& io;
  std::uint16_t port;
  asio::ssl::context tls;
  tcp::socket plain;
  std::optional<asio::ssl::stream<tcp::socket&>> secure;
  beast::flat_buffer buffer;
  std::optional<http::response_parser<http::buffer_body>> watch;
  std::string events;  // received and not yet taken
  bool clean_end = false;
};

HttpClient::HttpClient(asio::io_context& io, std::uint16_t port, std::string authority_pem)
    : wire_(std::make_unique<Wire>(io, port, std::move(authority_pem))) {}
HttpClient::~HttpClient() = default;

bool HttpClient::clean_end() const {
  return wire_->clean_end;
}

namespace {

template <class Stream>
asio::awaitable<Fetched> exchange(Stream& stream, beast::flat_buffer& buffer,
                                  http::request<http::string_body>& request) {
  Fetched fetched;
  http::response_parser<http::string_body> parser;
  parser.body_limit(boost::none);
  const auto [unsent, sent] = co_await http::async_write(stream, request, quietly);
  const auto [problem, received] = co_await http::async_read(stream, buffer, parser, quietly);
  fetched.dropped = unsent || problem;
  if (fetched.dropped) co_return fetched;
  fetched.code = static_cast<int>(parser.get().result_int());
  fetched.retry_after = std::string(parser.get()[http::field::retry_after]);
  fetched.text_of_body = parser.get().body();
  co_return fetched;
}

http::request<http::string_body> message(const std::string& method, const std::string& target) {
  http::request<http::string_body> request(http::string_to_verb(method), target, 11);
  request.set(http::field::host, "127.0.0.1");
  request.set(http::field::user_agent, "client/1.0");
  return request;
}

}  // namespace

asio::awaitable<Fetched> HttpClient::fetch(std::string method, std::string target, std::string body,
                                           std::string content_type) {
  http::request<http::string_body> request = message(method, target);
  if (!content_type.empty()) request.set(http::field::content_type, content_type);
  request.body() = std::move(body);
  request.prepare_payload();
  Fetched fetched;
  fetched.dropped = true;
  const error_code problem = co_await wire_->connect();
  if (problem) co_return fetched;
  if (wire_->secure)
    fetched = co_await exchange(*wire_->secure, wire_->buffer, request);
  else
    fetched = co_await exchange(wire_->plain, wire_->buffer, request);
  if (fetched.dropped) wire_->plain.close();
  co_return fetched;
}

asio::awaitable<bool> HttpClient::open_watch(std::string target) {
  const error_code problem = co_await wire_->connect();
  if (problem) co_return false;
  http::request<http::string_body> request = message("GET", target);
  const auto [unsent, sent] = co_await http::async_write(wire_->plain, request, quietly);
  wire_->watch.emplace();
  wire_->watch->body_limit(boost::none);
  const auto [failed, received] =
      co_await http::async_read_header(wire_->plain, wire_->buffer, *wire_->watch, quietly);
  co_return !unsent && !failed && wire_->watch->get().result() == http::status::ok;
}

asio::awaitable<Json> HttpClient::next_event() {
  Wire& wire = *wire_;
  char portion[4096];
  while (wire.events.find('\n') == std::string::npos) {
    wire.watch->get().body().data = portion;
    wire.watch->get().body().size = sizeof portion;
    const auto [problem, received] =
        co_await http::async_read_some(wire.plain, wire.buffer, *wire.watch, quietly);
    wire.events.append(portion, sizeof portion - wire.watch->get().body().size);
    wire.clean_end = wire.watch->is_done();
    const bool ended = (problem && problem != http::error::need_buffer) || wire.clean_end;
    if (ended && wire.events.find('\n') == std::string::npos) co_return Json();
  }
  const std::size_t end = wire.events.find('\n');
  Json event = Json::parse(wire.events.substr(0, end));
  wire.events.erase(0, end + 1);
  co_return event;
}

void play(asio::io_context& io, Server& server, asio::awaitable<void> story) {
  std::exception_ptr failure;
  bool told = false;
  asio::steady_timer watchdog(io, patience);
  watchdog.async_wait([&](error_code cancelled) {
    if (!cancelled) io.stop();
  });
  asio::co_spawn(io, std::move(story), [&](std::exception_ptr problem) {
    failure = problem;
    told = true;
    server.stop();
    watchdog.cancel();
  });
  while (!told && io.run_one() > 0) {
  }
  if (!told) throw std::runtime_error("the story never ended");
  io.run_for(patience);
  if (!io.stopped()) throw std::runtime_error("the server never came to rest");
  if (failure) std::rethrow_exception(failure);
}

}  // namespace devcluster::apiserver
