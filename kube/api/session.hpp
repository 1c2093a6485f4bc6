#pragma once

#include <functional>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "kube/api/warnings.hpp"
#include "kube/config/token_source.hpp"
#include "kube/http/throttle.hpp"
#include "kube/http/transport.hpp"

namespace kube {

// What all requests of one client share: identity, throttle, retries, the server's warnings. Knows
// the rules of the API server's front, but none of its objects.
class Session {
 public:
  class Settings {
   public:
    Settings() = default;

    std::string user_agent;
    double qps = 0;
    int burst = 0;
  };

  // Does not own clock and logger, which must live longer.
  Session(boost::asio::any_io_executor executor, base::Clock& clock, const base::Logger& logger,
          const ClusterConfig& config, const Settings& settings);

  // Told of every attempt that was made, also of one that the caller then gave up. May be empty.
  using OnAnswer = std::function<void(const Answer&)>;

  // Throttled and tried again by the rule of wait_before_retry().
  boost::asio::awaitable<Answer> send(HttpRequest request, BodyReader& reader,
                                      OnAnswer on_answer = OnAnswer());

  // One attempt, at once. `silence`: how long nothing may come.
  boost::asio::awaitable<Answer> stream(HttpRequest request, std::chrono::seconds silence,
                                        BodyReader& reader, OnAnswer on_answer = OnAnswer());

  base::Instant now() const { return clock_.now(); }
  const base::Logger& logger() const { return logger_; }

  // Where our credentials come from, for error texts.
  const std::string& credentials() const { return credentials_; }
  // The path in the server's URL, to put in front of every target.
  const std::string& prefix() const { return prefix_; }

 private:
  boost::asio::awaitable<Answer> attempt(HttpRequest request, Patience patience, BodyReader& reader,
                                         const OnAnswer& on_answer);
  boost::asio::awaitable<void> wait_for_turn();
  Headers headers();
  void note(const Answer& answer);

  base::Clock& clock_;
  const base::Logger& logger_;
  Transport transport_;
  std::optional<TokenSource> token_;
  Throttle throttle_;
  Warnings warnings_;
  Headers fixed_headers_;
  std::string credentials_;
  std::string prefix_;
  std::optional<base::Instant> throttling_logged_at_;
};

}  // namespace kube
