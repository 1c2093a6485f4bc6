#include "tests/unit/kube/scripted_server.hpp"

#include <cctype>
#include <exception>
#include <functional>
#include <map>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace kube::test {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using Request = http::request<http::string_body>;

Reply with_length(int status, const std::string& type, const std::string& body,
                  const std::vector<std::string>& headers) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " x\r\n";
  if (!type.empty()) text += "Content-Type: " + type + "\r\n";
  text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  for (const std::string& header : headers) text += header + "\r\n";
  Reply reply;
  reply.pieces = {text + "\r\n" + body};
  return reply;
}

std::string hex(std::size_t number) {
  std::string text;
  do text.insert(text.begin(), "0123456789abcdef"[number % 16]);
  while (number /= 16);
  return text;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

SeenRequest seen(const Request& request, int connection) {
  SeenRequest result;
  result.method = std::string(request.method_string());
  result.target = std::string(request.target());
  result.body = request.body();
  result.connection = connection;
  for (const auto& field : request)
    result.headers +=
        lower(std::string(field.name_string())) + ": " + std::string(field.value()) + "\n";
  return result;
}

}  // namespace

Reply json_reply(int status, const std::string& body, std::vector<std::string> headers) {
  return with_length(status, "application/json", body, headers);
}

Reply text_reply(int status, const std::string& body, std::vector<std::string> headers) {
  return with_length(status, "text/plain; charset=utf-8", body, headers);
}

Reply chunked_reply(const std::vector<std::string>& chunks, bool whole) {
  Reply reply;
  reply.pieces = {
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"};
  for (const std::string& chunk : chunks)
    reply.pieces.push_back(hex(chunk.size()) + "\r\n" + chunk + "\r\n");
  if (whole) reply.pieces.push_back("0\r\n\r\n");
  if (!whole) reply.then = Reply::Then::close;
  return reply;
}

Reply silent_reply() {
  Reply reply;
  reply.then = Reply::Then::silence;
  return reply;
}

Reply dropped_reply() {
  Reply reply;
  reply.then = Reply::Then::reset;
  return reply;
}

struct ScriptedServer::State : std::enable_shared_from_this<State> {
  State(asio::io_context& io, ServerTls given)
      : acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
        tls(std::move(given)),
        released(io, asio::steady_timer::time_point::max()) {}

  tcp::acceptor acceptor;
  const ServerTls tls;
  asio::steady_timer released;  // never rings, only gets cancelled
  ssl::context context{ssl::context::tls_server};
  std::deque<Reply> script;
  std::vector<SeenRequest> requests;
  std::map<int, std::function<void()>> open;  // how to close each connection
  int accepted = 0;
  std::string sni;

  void prepare() {
    if (tls.certificate.empty()) return;
    context.use_certificate_chain(asio::buffer(tls.certificate));
    context.use_private_key(asio::buffer(tls.key), ssl::context::pem);
    if (tls.client_ca.empty()) return;
    context.add_certificate_authority(asio::buffer(tls.client_ca));
    context.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
  }

  asio::awaitable<void> accept_all() {
    const auto self = shared_from_this();
    for (;;) {
      auto [why, socket] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
      if (why) co_return;
      asio::co_spawn(acceptor.get_executor(), serve(std::move(socket), ++accepted),
                     [self](std::exception_ptr) {});
    }
  }

  asio::awaitable<void> serve(tcp::socket socket, int number) {
    const auto self = shared_from_this();
    if (tls.certificate.empty()) {
      co_await talk(socket, socket, number);
    } else {
      ssl::stream<tcp::socket> stream(std::move(socket), context);
      auto [why] = co_await stream.async_handshake(ssl::stream_base::server,
                                                   asio::as_tuple(asio::use_awaitable));
      const char* name = SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name);
      sni = name ? name : "";
      if (!why) co_await talk(stream, stream.next_layer(), number);
    }
  }

  template <class Stream>
  static asio::awaitable<void> write_all(Stream& stream, const std::vector<std::string>& pieces) {
    for (const std::string& piece : pieces) {
      auto [why, written] = co_await asio::async_write(stream, asio::buffer(piece),
                                                       asio::as_tuple(asio::use_awaitable));
      if (why) co_return;
    }
  }

  template <class Stream>
  asio::awaitable<void> talk(Stream& stream, tcp::socket& socket, int number) {
    boost::beast::flat_buffer buffer;
    open[number] = [&socket] { socket.close(); };
    bool on = true;
    while (on) {
      Request request;
      auto [why, size] =
          co_await http::async_read(stream, buffer, request, asio::as_tuple(asio::use_awaitable));
      if (why) break;
      requests.push_back(seen(request, number));
      Reply reply = json_reply(500, "{}");
      if (!script.empty()) {
        reply = std::move(script.front());
        script.pop_front();
      }
      co_await write_all(stream, reply.pieces);
      if (!reply.later.empty()) {
        co_await released.async_wait(asio::as_tuple(asio::use_awaitable));
        co_await write_all(stream, reply.later);
      }
      if (reply.then == Reply::Then::reset) {
        // Sends RST, not FIN.
        socket.set_option(asio::socket_base::linger(true, 0));
      }
      if (reply.then == Reply::Then::silence) {
        char byte = 0;
        co_await stream.async_read_some(asio::buffer(&byte, 1),
                                        asio::as_tuple(asio::use_awaitable));
      }
      on = reply.then == Reply::Then::keep;
    }
    open.erase(number);
  }
};

ScriptedServer::ScriptedServer(asio::io_context& io, ServerTls tls)
    : state_(std::make_shared<State>(io, std::move(tls))) {
  state_->prepare();
  asio::co_spawn(io, state_->accept_all(), [](std::exception_ptr) {});
}

ScriptedServer::~ScriptedServer() {
  state_->acceptor.close();
  release();
  close_connections();
}

ScriptedServer& ScriptedServer::then(Reply reply) {
  state_->script.push_back(std::move(reply));
  return *this;
}

unsigned short ScriptedServer::port() const {
  return state_->acceptor.local_endpoint().port();
}

std::string ScriptedServer::url() const {
  return (state_->tls.certificate.empty() ? "http" : "https") + std::string("://127.0.0.1:") +
         std::to_string(port());
}

const std::vector<SeenRequest>& ScriptedServer::requests() const {
  return state_->requests;
}
int ScriptedServer::connections() const {
  return state_->accepted;
}
const std::string& ScriptedServer::sni() const {
  return state_->sni;
}

void ScriptedServer::release() {
  state_->released.cancel();
}

void ScriptedServer::close_connections() {
  const auto open = state_->open;
  for (const auto& [number, close] : open) close();
}

}  // namespace kube::test
