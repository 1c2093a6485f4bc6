#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "kube/config/cluster_config.hpp"
#include "kube/http/body_reader.hpp"
#include "kube/http/connection.hpp"
#include "kube/http/dialer.hpp"
#include "kube/http/idle_connections.hpp"
#include "kube/http/request.hpp"

namespace kube {

// How long an exchange may take.
class Patience {
 public:
  // For the whole of it, from the moment the request is sent.
  static Patience whole(std::chrono::seconds limit) { return Patience(limit, false); }
  // Between two bytes; the exchange itself may last for ever, on a connection of its own.
  static Patience between_bytes(std::chrono::seconds limit) { return Patience(limit, true); }

  std::chrono::seconds limit;
  bool endless;

 private:
  Patience(std::chrono::seconds limit, bool endless) : limit(limit), endless(endless) {}
};

// How one attempt at a request went.
class Answer {
 public:
  Answer() = default;

  ResponseHead head;                 // status 0: nothing came
  std::string refusal;               // the body of an answer that is no success, cut at 64 KiB
  std::optional<base::Error> error;  // the attempt failed below HTTP, or the reader refused
  bool lost = false;                 // the connection broke after it had been made
};

// Sends requests to one API server, over connections that are kept. Knows HTTP, not Kubernetes.
class Transport {
 public:
  // Does not own the clock, which must live longer.
  Transport(boost::asio::any_io_executor executor, base::Clock& clock, const ClusterConfig& config);

  // One attempt; a connection that died while idle is replaced once, as far as that is harmless.
  // The reader must live until the end and is fed only the body of a success.
  boost::asio::awaitable<Answer> attempt(HttpRequest request, Headers headers, Patience patience,
                                         BodyReader& reader);

 private:
  class Run;
  boost::asio::awaitable<void> perform(Run& run);
  boost::asio::awaitable<void> read_answer(Run& run);

  boost::asio::any_io_executor executor_;
  base::Clock& clock_;
  Dialer dialer_;
  IdleConnections idle_;
};

}  // namespace kube
