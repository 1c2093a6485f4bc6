#include "devcluster/apiserver/http_front.hpp"

#include <algorithm>
#include <exception>
#include <set>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace devcluster::apiserver {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::uint64_t max_body = 3 * 1024 * 1024;  // bytes; kube-apiserver's own limit
constexpr std::uint32_t max_header = 64 * 1024;      // bytes; tokens may be long
constexpr std::size_t watch_batch = 256 * 1024;      // bytes; what one write to a watch may hold
constexpr std::chrono::minutes idle_limit{5};        // of a kept-alive connection
constexpr std::chrono::seconds write_limit{30};  // a client that reads nothing for so long is dead

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

// What a watch, or a delayed answer, sleeps on. Shared with the wait for a hang-up, which may come
// back after the connection is gone.
struct Alarm {
  explicit Alarm(asio::io_context& io) : timer(io) {}
  asio::steady_timer timer;
  bool hung_up = false;
};

// One connection, as far as others may reach it: to wake its coroutine up.
struct Session {
  Session(beast::tcp_stream& stream_of_it, HttpFront::State& front_of_it);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Makes whatever the coroutine waits for come back at once.
  void interrupt() {
    stream.cancel();
    alarm->timer.cancel();
  }

  beast::tcp_stream& stream;
  HttpFront::State& front;
  std::shared_ptr<Alarm> alarm;
};

}  // namespace

struct HttpFront::State {
  State(asio::io_context& loop, std::shared_ptr<Api> served, HttpOptions chosen)
      : io(loop), api(std::move(served)), options(std::move(chosen)), acceptor(loop) {}

  asio::io_context& io;
  std::shared_ptr<Api> api;
  HttpOptions options;
  std::optional<asio::ssl::context> tls;
  tcp::acceptor acceptor;
  std::set<Session*> sessions;
  bool stopping = false;
};

namespace {

using StatePtr = std::shared_ptr<HttpFront::State>;

Session::Session(beast::tcp_stream& stream_of_it, HttpFront::State& front_of_it)
    : stream(stream_of_it), front(front_of_it), alarm(std::make_shared<Alarm>(front_of_it.io)) {
  front.sessions.insert(this);
}

Session::~Session() {
  front.sessions.erase(this);
}

Request request_of(http::request<http::string_body>&& message) {
  const auto field = [&message](http::field name) { return std::string(message[name]); };
  Request request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  request.accept = field(http::field::accept);
  request.content_type = field(http::field::content_type);
  request.user_agent = field(http::field::user_agent);
  request.authorization = field(http::field::authorization);
  request.body = std::move(message.body());
  return request;
}

http::response<http::string_body> message_of(Reply&& reply, bool keep_alive) {
  http::response<http::string_body> message;
  message.result(static_cast<unsigned>(reply.code));
  message.set(http::field::content_type, reply.content_type);
  message.set(http::field::cache_control, "no-cache, private");
  for (const auto& [name, value] : reply.headers) message.insert(name, value);
  message.body() = std::move(reply.body);
  message.keep_alive(keep_alive);
  message.prepare_payload();
  return message;
}

// Writes within the limit of patience; false when the client is gone.
template <class Stream, class Buffers>
asio::awaitable<bool> send(Stream& stream, Buffers buffers) {
  beast::get_lowest_layer(stream).expires_after(write_limit);
  const auto [problem, sent] = co_await asio::async_write(stream, buffers, quietly);
  beast::get_lowest_layer(stream).expires_never();
  co_return !problem;
}

template <class Stream>
asio::awaitable<bool> send_reply(Stream& stream, Reply reply, bool keep_alive) {
  http::response<http::string_body> message = message_of(std::move(reply), keep_alive);
  beast::get_lowest_layer(stream).expires_after(write_limit);
  const auto [problem, sent] = co_await http::async_write(stream, message, quietly);
  co_return !problem && keep_alive;
}

// Sleeps until then, until a change of the store or until the session is interrupted.
asio::awaitable<void> sleep(Session& session, SteadyTime until) {
  session.alarm->timer.expires_at(until);
  co_await session.alarm->timer.async_wait(quietly);
}

// A watch under way: its place in the store's list of listeners, and when it has to do something.
class RunningWatch {
 public:
  RunningWatch(Session& session, Api& api, std::chrono::seconds timeout)
      : session_(session),
        api_(api),
        ends_(std::chrono::steady_clock::now() + timeout),
        next_bookmark_(std::chrono::steady_clock::now() + session.front.options.bookmark_interval),
        listener_(api.cluster().store().listen([&session] { session.alarm->timer.cancel(); })) {}
  ~RunningWatch() { api_.cluster().store().stop_listening(listener_); }
  RunningWatch(const RunningWatch&) = delete;
  RunningWatch& operator=(const RunningWatch&) = delete;

  bool ended() const {
    return session_.front.stopping || std::chrono::steady_clock::now() >= ends_;
  }

  bool takes_bookmark() {
    const SteadyTime now = std::chrono::steady_clock::now();
    if (now < next_bookmark_) return false;
    next_bookmark_ = now + session_.front.options.bookmark_interval;
    return true;
  }

  SteadyTime next_look(const RequestInfo& info) const {
    SteadyTime next = std::min(ends_, next_bookmark_);
    if (const auto held = api_.faults().hold(info))
      next = std::min<SteadyTime>(next, std::chrono::steady_clock::now() +
                                            std::max(*held / 4, std::chrono::milliseconds(1)));
    return next;
  }

 private:
  Session& session_;
  Api& api_;
  SteadyTime ends_;
  SteadyTime next_bookmark_;
  Store::ListenerId listener_;
};

// A client that hangs up, or says anything at all, while it watches, has lost interest.
class HangUp {
 public:
  explicit HangUp(Session& session) : session_(session) {
    const auto note = [alarm = session.alarm](error_code problem) {
      if (problem) return;
      alarm->hung_up = true;
      alarm->timer.cancel();
    };
    session_.stream.socket().async_wait(tcp::socket::wait_read, note);
  }
  ~HangUp() {
    error_code ignored;
    session_.stream.socket().cancel(ignored);
  }
  HangUp(const HangUp&) = delete;
  HangUp& operator=(const HangUp&) = delete;

 private:
  Session& session_;
};

bool still_served(Api& api, const RequestInfo& info) {
  return api.cluster().kinds().find(info.group, info.version, info.resource) != nullptr;
}

// Sends events until the watch ends in some way; true when the body was ended properly.
template <class Stream>
asio::awaitable<bool> send_events(Stream& stream, Session& session, Reply reply, RequestInfo info) {
  Api& api = *session.front.api;
  Watch& watch = *reply.watch;
  RunningWatch running(session, api, reply.watch_timeout);
  const HangUp hang_up(session);
  for (;;) {
    if (session.alarm->hung_up || api.faults().drops_watch(info)) co_return false;
    const Horizon horizon = api.faults().horizon(info, std::chrono::steady_clock::now());
    std::string events = watch.take(watch_batch, horizon);
    const bool caught_up = events.empty();
    const bool last = watch.over() || running.ended() || !still_served(api, info);
    if (caught_up && (last || running.takes_bookmark())) events = watch.bookmark();
    if (!events.empty()) {
      const auto chunk = http::make_chunk(asio::buffer(events));
      if (!co_await send(stream, chunk)) co_return false;
    }
    if (last && (caught_up || watch.over())) break;
    if (caught_up && events.empty()) co_await sleep(session, running.next_look(info));
  }
  const auto end = http::make_chunk_last();
  co_return co_await send(stream, end);
}

template <class Stream>
asio::awaitable<bool> send_watch(Stream& stream, Session& session, Reply reply, RequestInfo info) {
  http::response<http::empty_body> head;
  head.set(http::field::content_type, reply.content_type);
  head.set(http::field::cache_control, "no-cache, private");
  head.chunked(true);
  http::response_serializer<http::empty_body> serializer(head);
  const auto [problem, sent] = co_await http::async_write_header(stream, serializer, quietly);
  if (problem) co_return false;
  co_return co_await send_events(stream, session, std::move(reply), std::move(info));
}

// A bug of ours in one request must not take the cluster down.
Reply handled(Api& api, const Request& request, const RequestInfo& info) {
  try {
    return api.handle(request, info);
  } catch (const std::exception& problem) {
    return refused(
        Refusal(500, "InternalError", std::string("Internal error occurred: ") + problem.what()));
  }
}

// Answers one request; false when the connection is to be closed.
template <class Stream>
asio::awaitable<bool> answer(Stream& stream, Session& session, Request request, bool keep_alive) {
  Api& api = *session.front.api;
  const RequestInfo info = request_info(request.method, request.target);
  const Strike strike = api.faults().strike(info);
  if (strike.delay.count() > 0)
    co_await sleep(session, std::chrono::steady_clock::now() + strike.delay);
  if (session.front.stopping) co_return false;
  Reply reply;
  if (strike.answer)
    reply = reply_of(*strike.answer, info);
  else if (!strike.drop)
    reply = handled(api, request, info);
  api.requests().add(request, info, strike.drop ? 0 : reply.code);
  if (strike.drop || strike.lose_reply) co_return false;
  if (reply.watch) {
    const bool ended = co_await send_watch(stream, session, std::move(reply), info);
    co_return ended&& keep_alive;
  }
  co_return co_await send_reply(stream, std::move(reply), keep_alive);
}

template <class Stream>
asio::awaitable<void> refuse_large(Stream& stream) {
  Reply reply =
      refused(Refusal(413, "RequestEntityTooLarge", "Request entity too large: limit is 3145728"));
  co_await send_reply(stream, std::move(reply), false);
}

template <class Stream>
asio::awaitable<void> serve_requests(Stream& stream, Session& session) {
  beast::flat_buffer buffer;
  bool more = true;
  while (more && !session.front.stopping) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(max_body);
    parser.header_limit(max_header);
    beast::get_lowest_layer(stream).expires_after(idle_limit);
    const auto [problem, received] = co_await http::async_read(stream, buffer, parser, quietly);
    beast::get_lowest_layer(stream).expires_never();
    if (problem == http::error::body_limit) co_await refuse_large(stream);
    if (problem || session.front.stopping) co_return;
    const bool keep_alive = parser.keep_alive();
    Request request = request_of(parser.release());
    more = co_await answer(stream, session, std::move(request), keep_alive);
  }
}

asio::awaitable<void> serve_plain(StatePtr state, tcp::socket socket) {
  beast::tcp_stream stream(std::move(socket));
  Session session(stream, *state);
  co_await serve_requests(stream, session);
  stream.close();
}

asio::awaitable<void> serve_tls(StatePtr state, tcp::socket socket) {
  asio::ssl::stream<beast::tcp_stream> stream(beast::tcp_stream(std::move(socket)), *state->tls);
  Session session(stream.next_layer(), *state);
  stream.next_layer().expires_after(write_limit);
  const auto [problem] = co_await stream.async_handshake(asio::ssl::stream_base::server, quietly);
  stream.next_layer().expires_never();
  if (!problem) co_await serve_requests(stream, session);
  stream.next_layer().close();
}

// Nothing is expected to be thrown; what is, is a bug and ends the program.
void surface(std::exception_ptr problem) {
  if (problem) std::rethrow_exception(problem);
}

asio::awaitable<void> accept_all(StatePtr state) {
  while (!state->stopping) {
    auto [problem, socket] = co_await state->acceptor.async_accept(quietly);
    if (problem == asio::error::operation_aborted || state->stopping) co_return;
    if (problem) continue;
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    if (state->tls)
      asio::co_spawn(state->io, serve_tls(state, std::move(socket)), surface);
    else
      asio::co_spawn(state->io, serve_plain(state, std::move(socket)), surface);
  }
}

asio::ssl::context tls_context(const Certificates& certificates) {
  asio::ssl::context context(asio::ssl::context::tls_server);
  context.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
  context.use_certificate_chain(asio::buffer(certificates.certificate));
  context.use_private_key(asio::buffer(certificates.key), asio::ssl::context::pem);
  return context;
}

}  // namespace

HttpFront::HttpFront(asio::io_context& io, std::shared_ptr<Api> api, HttpOptions options)
    : state_(std::make_shared<State>(io, std::move(api), std::move(options))) {}

HttpFront::~HttpFront() {
  stop();
}

base::Result<std::uint16_t> HttpFront::start() {
  State& state = *state_;
  const tcp::endpoint wanted(asio::ip::address_v4::loopback(), state.options.port);
  error_code problem;
  state.acceptor.open(wanted.protocol(), problem);
  if (!problem) state.acceptor.set_option(tcp::acceptor::reuse_address(true), problem);
  if (!problem) state.acceptor.bind(wanted, problem);
  if (!problem) state.acceptor.listen(asio::socket_base::max_listen_connections, problem);
  if (problem)
    return base::Error(base::ErrorKind::unavailable,
                       "cannot listen on 127.0.0.1:" + std::to_string(state.options.port) + ": " +
                           problem.message());
  if (state.options.certificates) state.tls.emplace(tls_context(*state.options.certificates));
  asio::co_spawn(state.io, accept_all(state_), surface);
  return state.acceptor.local_endpoint().port();
}

void HttpFront::stop() {
  if (std::exchange(state_->stopping, true)) return;
  error_code ignored;
  state_->acceptor.close(ignored);
  for (Session* session : state_->sessions) session->interrupt();
}

}  // namespace devcluster::apiserver
