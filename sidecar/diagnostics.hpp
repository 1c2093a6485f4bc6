#pragma once

#include <functional>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "base/clock.hpp"
#include "base/diagnostics_server.hpp"
#include "base/error.hpp"
#include "base/health.hpp"
#include "base/log.hpp"
#include "sidecar/options.hpp"
#include "sidecar/sidecar_metrics.hpp"

namespace sidecar {

// What the program tells over HTTP: /metrics, and with --http-endpoint also /livez, /readyz and
// /healthz/leader-election. Exists only where an address was given (spec/sidecar.md 1.7).
class Diagnostics {
 public:
  // Asked when a page is. Both give the reason when something is not well.
  struct Checks {
    base::HealthCheck ready;
    base::HealthCheck election;
  };
  Diagnostics(boost::asio::any_io_executor executor, const base::Clock& clock,
              const base::Logger& log, const Options& options, Checks checks);

  static bool wanted(const Options& options) {
    return !options.http_endpoint.empty() || !options.metrics_address.empty();
  }

  base::Result<void> listen();
  // Until cancelled.
  boost::asio::awaitable<void> run() { return server_.run(); }

  SidecarMetrics& metrics() { return metrics_; }

 private:
  const base::Logger& log_;
  std::string address_;
  SidecarMetrics metrics_;
  base::Health live_{"livez"};
  base::Health ready_{"readyz"};
  base::HealthCheck election_;
  base::DiagnosticsServer server_;
};

}  // namespace sidecar
