#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "kube/api/collections.hpp"
#include "kube/cache/list_sink.hpp"
#include "kube/cache/reflector_steps.hpp"

namespace kube {

class ReflectorOptions {
 public:
  explicit ReflectorOptions(Selection selection) : selection(std::move(selection)) {}

  Selection selection;
  int page_size = 500;
  ReflectorSteps::Chance chance = [] { return 0.5; };

  // What operators are told. Each trouble is reported when it begins and when its kind or text
  // changes, not at every try; then once that it is over.
  std::function<void(const base::Error& why, std::chrono::nanoseconds next_try)> on_unreachable =
      [](const base::Error&, std::chrono::nanoseconds) {};
  std::function<void()> on_recovered = [] {};
  // The server does not know the field selector: from now on all objects are sent.
  std::function<void(const base::Error& why)> on_selector_refused = [](const base::Error&) {};
};

// Keeps a sink in step with one collection: lists it, watches it, and never gives up.
// The collections, the clock and the sink must outlive it, and it must outlive run().
class Reflector {
 public:
  struct Parts {
    boost::asio::any_io_executor executor;
    Collections& collections;
    base::Clock& clock;
    ListSink& sink;
  };
  Reflector(Parts parts, ReflectorOptions options);

  // Until the caller is cancelled; then throws operation_aborted. May be run again: it then begins
  // with a list that is not older than all it has seen.
  boost::asio::awaitable<void> run();

  // Whether the sink has had a whole list since run() began.
  bool synced() const { return synced_; }
  // Whether it is in step now, as far as we know: synced, and in no trouble.
  bool healthy() const { return synced_ && !trouble_; }
  boost::asio::awaitable<void> wait_synced();

 private:
  boost::asio::awaitable<ReflectorStep> list(ListRequest request);
  boost::asio::awaitable<ReflectorStep> watch(WatchRequest request);

  Selection selection() const;
  void take(EventType type, boost::json::value&& object);
  void begin(const ReflectorStep& step);
  void complete(const std::string& version);
  void recovered();

  Parts parts_;
  ReflectorOptions options_;
  ReflectorSteps steps_;
  boost::asio::steady_timer synced_changed_;  // never rings, only gets cancelled
  bool synced_ = false;
  std::optional<base::Error> trouble_;  // as last reported
  bool refusal_reported_ = false;
  // Trouble that comes of a watch that did open is not over because the next one opens.
  bool watch_open_ = false;
  bool trouble_while_open_ = false;
};

}  // namespace kube
