#include "kube/api/session.hpp"

#include <chrono>
#include <utility>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "kube/config/base64.hpp"
#include "kube/config/read_file.hpp"
#include "kube/http/retry_rule.hpp"

namespace kube {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// The server gives up ordinary requests after 60 s; what comes later comes from nowhere.
constexpr std::chrono::seconds request_limit{65};

std::string origin_of_credentials(const ClusterConfig& config) {
  const std::string& file = config.credentials.token_file;
  return file.empty() ? "the credentials in the " + config.source : "the token file " + file;
}

Headers impersonation(const Impersonation& as) {
  Headers headers;
  if (as.user.empty()) return headers;
  headers.push_back({"Impersonate-User", as.user});
  if (!as.uid.empty()) headers.push_back({"Impersonate-Uid", as.uid});
  for (const std::string& group : as.groups) headers.push_back({"Impersonate-Group", group});
  for (const auto& [key, value] : as.extra) headers.push_back({"Impersonate-Extra-" + key, value});
  return headers;
}

bool has_credentials(const ClusterConfig& config) {
  const Credentials& own = config.credentials;
  return !own.token.empty() || !own.token_file.empty() || !own.username.empty();
}

}  // namespace

Session::Session(asio::any_io_executor executor, base::Clock& clock, const base::Logger& logger,
                 const ClusterConfig& config, const Settings& settings)
    : clock_(clock),
      logger_(logger),
      transport_(executor, clock, config),
      throttle_(settings.qps, settings.burst),
      credentials_(origin_of_credentials(config)),
      prefix_(config.server.prefix) {
  fixed_headers_ = {{"Host", authority(config.server)},
                    {"User-Agent", settings.user_agent},
                    {"Accept", "application/json"}};
  for (Header& header : impersonation(config.act_as)) fixed_headers_.push_back(std::move(header));
  if (!config.server.tls) {
    if (has_credentials(config))
      logger_.warning("Credentials are not sent because the server URL is not https",
                      {{"source", config.source}, {"server", to_string(config.server)}});
    return;
  }
  const Credentials& own = config.credentials;
  if (!own.username.empty()) {
    const std::string pair = own.username + ":" + own.password.reveal();
    fixed_headers_.push_back({"Authorization", "Basic " + base64_encode(pair)});
  } else {
    token_.emplace(own, read_file);
  }
}

asio::awaitable<Answer> Session::send(HttpRequest request, BodyReader& reader, OnAnswer on_answer) {
  AttemptFacts facts;
  facts.reads = request.method == "GET";
  for (;; ++facts.tries) {
    co_await wait_for_turn();
    Answer answer = co_await attempt(request, Patience::whole(request_limit), reader, on_answer);
    facts.spoken = reader.spoken();
    facts.lost = answer.lost;
    facts.status = answer.error ? 0 : answer.head.status;
    facts.retry_after = answer.head.retry_after;
    const std::optional<std::chrono::seconds> wait = wait_before_retry(facts);
    if (!wait) co_return answer;
    logger_.debug(4, "A request will be sent again",
                  {{"request", request.method + " " + request.target},
                   {"status", facts.status},
                   {"error", answer.error ? answer.error->text() : std::string()},
                   {"waitSeconds", wait->count()}});
    co_await clock_.sleep(*wait);
  }
}

asio::awaitable<Answer> Session::stream(HttpRequest request, std::chrono::seconds silence,
                                        BodyReader& reader, OnAnswer on_answer) {
  co_return co_await attempt(std::move(request), Patience::between_bytes(silence), reader,
                             on_answer);
}

asio::awaitable<Answer> Session::attempt(HttpRequest request, Patience patience, BodyReader& reader,
                                         const OnAnswer& on_answer) {
  Answer answer = co_await transport_.attempt(std::move(request), headers(), patience, reader);
  if (on_answer) on_answer(answer);
  // Further down a cancellation looks like a broken connection. It must not come out as one.
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none)
    throw boost::system::system_error(asio::error::operation_aborted);
  note(answer);
  co_return answer;
}

asio::awaitable<void> Session::wait_for_turn() {
  const std::chrono::nanoseconds wait = throttle_.take(clock_.now());
  if (wait == 0ns) co_return;
  const bool long_ago = !throttling_logged_at_ || clock_.now() - *throttling_logged_at_ >= 10s;
  if (wait > 1s && long_ago) {
    throttling_logged_at_ = clock_.now();
    logger_.info("Requests wait for the client's own limit, see --kube-api-qps",
                 {{"waitMilliseconds", wait / 1ms}});
  } else if (wait > 50ms) {
    logger_.debug(4, "A request waits for --kube-api-qps", {{"waitMilliseconds", wait / 1ms}});
  }
  co_await clock_.sleep(wait);
}

Headers Session::headers() {
  Headers headers = fixed_headers_;
  if (!token_) return headers;
  const std::string& token = token_->token(clock_.now());
  if (const std::optional<base::Error> trouble = token_->take_trouble())
    logger_.warning("The token could not be read; the last one that could be stays in use",
                    {{"error", trouble->text()}});
  if (!token.empty()) headers.push_back({"Authorization", "Bearer " + token});
  return headers;
}

void Session::note(const Answer& answer) {
  if (answer.head.status == 401 && token_) token_->refused();
  for (const std::string& header : answer.head.warnings)
    for (const std::string& text : warning_texts(header))
      if (warnings_.is_new(text)) logger_.warning("The API server warns", {{"warning", text}});
}

}  // namespace kube
