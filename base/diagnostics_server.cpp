#include "base/diagnostics_server.hpp"

#include <algorithm>
#include <exception>
#include <list>
#include <map>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/system/system_error.hpp>

#include "base/host_port.hpp"

namespace base {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

// After a failure to accept, for want of descriptors or memory: others may give some back.
constexpr std::chrono::milliseconds accept_pause{200};

// What may still come from a peer that has been refused.
constexpr std::size_t farewell_bytes = 64 * 1024;

using Message = http::response<http::string_body>;

Message message_of(DiagnosticsReply reply) {
  Message message;
  message.result(reply.status);
  message.set(http::field::content_type, reply.content_type);
  message.set("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : reply.headers) message.set(name, value);
  message.body() = std::move(reply.body);
  return message;
}

// What a request that could not be read is told; 0: nothing, it just ends.
unsigned status_of(error_code problem) {
  if (problem == http::error::header_limit || problem == http::error::buffer_overflow) return 431;
  if (problem == http::error::body_limit) return 413;
  if (problem == http::error::end_of_stream || problem == http::error::partial_message) return 0;
  return problem.category() == make_error_code(http::error::bad_method).category() ? 400 : 0;
}

// Go listens on ":8080" for IPv4 and IPv6 with one socket, where the machine has both.
std::vector<tcp::endpoint> every_address(std::uint16_t port) {
  return {tcp::endpoint(tcp::v6(), port), tcp::endpoint(tcp::v4(), port)};
}

// Without asio's resolver thread. IPv4 goes first, as in Go.
Result<std::vector<tcp::endpoint>> endpoints_of(const asio::any_io_executor& executor,
                                                const HostPort& where) {
  tcp::resolver resolver(executor);
  error_code problem;
  const auto found = resolver.resolve(where.host, where.port, tcp::resolver::passive, problem);
  if (problem) return Error(ErrorKind::invalid, problem.message());
  std::vector<tcp::endpoint> endpoints;
  for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  if (where.host.empty() && !endpoints.empty()) return every_address(endpoints.front().port());
  std::stable_partition(endpoints.begin(), endpoints.end(),
                        [](const tcp::endpoint& at) { return at.address().is_v4(); });
  return endpoints;
}

error_code open_at(tcp::acceptor& acceptor, const tcp::endpoint& where) {
  error_code problem, ignored;
  acceptor.close(ignored);
  acceptor.open(where.protocol(), problem);
  if (!problem) acceptor.set_option(tcp::acceptor::reuse_address(true), problem);
  if (!problem && where.address() == asio::ip::address_v6::any())
    acceptor.set_option(asio::ip::v6_only(false), problem);
  if (!problem) acceptor.bind(where, problem);
  if (!problem) acceptor.listen(asio::socket_base::max_listen_connections, problem);
  if (problem) acceptor.close(ignored);
  return problem;
}

bool has_body(const http::request_parser<http::empty_body>& parser) {
  return parser.chunked() || parser.content_length().value_or(0) > 0;
}

// A socket closed with bytes unread is reset, and the peer may lose the reply. So a little is read
// and thrown away first; within the patience that the reply had.
asio::awaitable<void> take_leave(beast::tcp_stream& stream, beast::flat_buffer& buffer) {
  error_code problem;
  stream.socket().shutdown(tcp::socket::shutdown_send, problem);
  std::size_t left = farewell_bytes;
  while (!problem && left > 0) {
    buffer.clear();
    const auto [failed, received] =
        co_await stream.async_read_some(buffer.prepare(buffer.max_size()), quietly);
    problem = failed;
    left -= std::min(left, received);
  }
}

}  // namespace

struct DiagnosticsServer::State {
  State(asio::any_io_executor executor, const Logger& log, DiagnosticsLimits limits)
      : executor(executor),
        log(log),
        limits(limits),
        acceptor(executor),
        all_ended(executor, asio::steady_timer::time_point::max()) {}

  asio::awaitable<void> serve(tcp::socket socket);
  asio::awaitable<void> serve_requests(std::list<beast::tcp_stream*>::iterator self);
  DiagnosticsReply answer(http::verb method, const std::string& target) const;
  void admit(tcp::socket socket);

  asio::any_io_executor executor;
  const Logger& log;
  DiagnosticsLimits limits;
  std::map<std::string, Handler> handlers;
  tcp::acceptor acceptor;
  std::list<beast::tcp_stream*> streams;  // of the connections; silent for longest first
  std::size_t running = 0;                // coroutines of connections, closed ones included
  asio::steady_timer all_ended;           // never rings, only gets cancelled
};

DiagnosticsReply DiagnosticsServer::State::answer(http::verb method,
                                                  const std::string& target) const {
  const std::size_t mark = std::min(target.find('?'), target.size());
  const DiagnosticsRequest request(target.substr(0, mark),
                                   target.substr(std::min(mark + 1, target.size())));
  const auto handler = handlers.find(request.path);
  if (handler == handlers.end()) return DiagnosticsReply("404 page not found\n", 404);
  if (method != http::verb::get && method != http::verb::head) {
    DiagnosticsReply refusal("405 only GET and HEAD are allowed\n", 405);
    refusal.headers.emplace_back("Allow", "GET, HEAD");
    return refusal;
  }
  try {
    return handler->second(request);
  } catch (const std::exception& bug) {
    log.error("A bug: a diagnostics page threw", {{"path", request.path}, {"error", bug.what()}});
    return DiagnosticsReply("internal server error: " + std::string(bug.what()) + "\n", 500);
  }
}

asio::awaitable<void> DiagnosticsServer::State::serve_requests(
    std::list<beast::tcp_stream*>::iterator self) {
  beast::tcp_stream& stream = **self;
  beast::flat_buffer buffer(limits.header_bytes);
  for (bool more = true; more;) {
    http::request_parser<http::empty_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    stream.expires_after(limits.patience);
    const auto [unread, received] =
        co_await http::async_read_header(stream, buffer, parser, quietly);
    const unsigned refusal = unread ? status_of(unread) : has_body(parser) ? 413 : 0;
    if (unread && refusal == 0) co_return;
    streams.splice(streams.end(), streams, self);

    const http::verb method = refusal != 0 ? http::verb::get : parser.get().method();
    Message message =
        message_of(refusal != 0 ? DiagnosticsReply("the request is refused\n", refusal)
                                : answer(method, std::string(parser.get().target())));
    more = refusal == 0 && parser.keep_alive();
    if (refusal == 0) message.version(parser.get().version());
    message.keep_alive(more);
    message.prepare_payload();
    stream.expires_after(limits.patience);
    http::response_serializer<http::string_body> serializer(message);
    error_code unsent;
    if (method == http::verb::head)
      std::tie(unsent, std::ignore) =
          co_await http::async_write_header(stream, serializer, quietly);
    else
      std::tie(unsent, std::ignore) = co_await http::async_write(stream, serializer, quietly);
    if (unsent) co_return;
  }
  asio::awaitable<void> farewell = take_leave(stream, buffer);
  co_await std::move(farewell);
}

asio::awaitable<void> DiagnosticsServer::State::serve(tcp::socket socket) {
  beast::tcp_stream stream(std::move(socket));
  const auto self = streams.insert(streams.end(), &stream);
  asio::awaitable<void> requests = serve_requests(self);
  try {
    co_await std::move(requests);
  } catch (const std::exception& problem) {  // no memory for a reply, at the worst
    log.error("A diagnostics connection failed", {{"error", problem.what()}});
  }
  streams.erase(self);
}

void DiagnosticsServer::State::admit(tcp::socket socket) {
  if (streams.size() >= limits.connections) {
    // Its coroutine notices, and ends; until then it is out of the way.
    streams.front()->close();
    streams.splice(streams.end(), streams, streams.begin());
  }
  ++running;
  asio::co_spawn(executor, serve(std::move(socket)), [this](std::exception_ptr) {
    if (--running == 0) all_ended.cancel();
  });
}

DiagnosticsServer::DiagnosticsServer(asio::any_io_executor executor, const Logger& log,
                                     DiagnosticsLimits limits)
    : state_(std::make_unique<State>(std::move(executor), log, limits)) {}

DiagnosticsServer::~DiagnosticsServer() = default;

void DiagnosticsServer::handle(std::string path, Handler handler) {
  state_->handlers[std::move(path)] = std::move(handler);
}

Result<std::uint16_t> DiagnosticsServer::listen(const std::string& address) {
  const Result<HostPort> where = parse_host_port(address);
  if (!where) return where.error().while_doing("cannot listen");
  const std::string what = "cannot listen on \"" + address + "\"";
  const auto endpoints = endpoints_of(state_->executor, *where);
  if (!endpoints) return endpoints.error().while_doing(what);
  error_code problem;
  for (const tcp::endpoint& endpoint : *endpoints) {
    problem = open_at(state_->acceptor, endpoint);
    if (!problem) return state_->acceptor.local_endpoint().port();
  }
  return Error(ErrorKind::unavailable, problem.message()).while_doing(what);
}

asio::awaitable<void> DiagnosticsServer::run() {
  co_await asio::this_coro::throw_if_cancelled(false);
  asio::steady_timer pause(state_->executor);
  for (;;) {
    auto [problem, socket] = co_await state_->acceptor.async_accept(quietly);
    const asio::cancellation_state cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) break;
    if (!problem) {
      state_->admit(std::move(socket));
      continue;
    }
    pause.expires_after(accept_pause);
    co_await pause.async_wait(quietly);
  }
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  error_code ignored;
  state_->acceptor.close(ignored);
  for (beast::tcp_stream* stream : state_->streams) stream->close();
  while (state_->running > 0) co_await state_->all_ended.async_wait(quietly);
  throw boost::system::system_error(asio::error::operation_aborted);
}

}  // namespace base
