#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/log.hpp"
#include "kube/api/api_client.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/unit/kube/scripted_server.hpp"

namespace kube::test {

inline const Resource contents{"snapshot.storage.k8s.io", "v1", "volumesnapshotcontents"};

// A coroutine under test: runs on the rig's loop, its result waits here.
template <class T>
class Running {
 public:
  Running(boost::asio::io_context& io, boost::asio::awaitable<T> task) : io_(io) {
    boost::asio::co_spawn(
        io_, std::move(task),
        boost::asio::bind_cancellation_slot(stop_.slot(), [this](std::exception_ptr why, T result) {
          why_ = why;
          result_ = std::move(result);
          over_ = true;
        }));
  }

  bool over() const { return over_; }
  void cancel() { stop_.emit(boost::asio::cancellation_type::terminal); }

  // Runs the loop until the end; rethrows what came out of the coroutine.
  T result() {
    while (!over_) io_.run_one();
    if (why_) std::rethrow_exception(why_);
    return *std::move(result_);
  }

 private:
  boost::asio::io_context& io_;
  boost::asio::cancellation_signal stop_;
  bool over_ = false;
  std::exception_ptr why_;
  std::optional<T> result_;
};

// A client, a scripted server and time that only the test moves, all on one loop.
class Rig {
 public:
  using Change = std::function<void(ClusterConfig&, ClientOptions&)>;

  explicit Rig(const Change& change = {}, ServerTls tls = {})
      : clock(io),
        logger(clock, verbose(), [this](std::string_view line) { log += line; }),
        server(io, std::move(tls)) {
    ClusterConfig config;
    ClientOptions options;
    config.source = "test configuration";
    config.server = parse_server_url(server.url()).value();
    if (change) change(config, options);
    client.emplace(io, clock, logger, config, options);
  }

  template <class T>
  Running<T> start(boost::asio::awaitable<T> task) {
    return Running<T>(io, std::move(task));
  }
  template <class T>
  T run(boost::asio::awaitable<T> task) {
    return start(std::move(task)).result();
  }

  // Runs the loop, with time standing still, until this holds.
  void run_until(const std::function<bool()>& holds) {
    io.restart();
    while (!holds()) io.run_one();
  }
  // Waits until somebody sleeps for just so long, then lets that time pass.
  void pass(std::chrono::nanoseconds wait) {
    const base::Instant due = clock.now() + wait;
    run_until([&] { return clock.next_alarm() == due; });
    clock.advance(wait);
  }

  boost::asio::io_context io;
  ManualClock clock;
  std::string log;
  base::Logger logger;
  ScriptedServer server;
  std::optional<ApiClient> client;

 private:
  static base::Logger::Options verbose() {
    base::Logger::Options options;
    options.verbosity = 5;
    return options;
  }
};

}  // namespace kube::test
