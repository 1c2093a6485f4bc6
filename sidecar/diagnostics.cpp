#include "sidecar/diagnostics.hpp"

namespace sidecar {

Diagnostics::Diagnostics(boost::asio::any_io_executor executor, const base::Clock& clock,
                         const base::Logger& log, const Options& options, Checks checks)
    : log_(log),
      address_(options.http_endpoint.empty() ? options.metrics_address : options.http_endpoint),
      metrics_(clock, options.leader_election.enabled),
      election_(std::move(checks.election)),
      server_(executor, log) {
  using base::DiagnosticsRequest;
  server_.handle(options.metrics_path,
                 [this](const DiagnosticsRequest&) { return metrics_.page(); });
  if (options.http_endpoint.empty()) return;
  // The loop that answers is the loop that works: an answer is most of what /livez has to say.
  live_.add("leader-election", election_);
  ready_.add("work", std::move(checks.ready));
  server_.handle("/livez", [this](const DiagnosticsRequest& r) { return live_.answer(r); });
  server_.handle("/readyz", [this](const DiagnosticsRequest& r) { return ready_.answer(r); });
  if (options.leader_election.enabled)
    server_.handle("/healthz/leader-election",
                   [this](const DiagnosticsRequest&) { return base::health_of(election_); });
}

base::Result<void> Diagnostics::listen() {
  const base::Result<std::uint16_t> port = server_.listen(address_);
  if (!port) return port.error();
  log_.info("Serving metrics", {{"address", address_}, {"port", std::int64_t(*port)}});
  return {};
}

}  // namespace sidecar
