#include "sidecar/sidecar.hpp"

#include <csignal>
#include <cstdlib>
#include <exception>
#include <memory>
#include <variant>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/concerns.hpp"
#include "csi/address.hpp"
#include "csi/connection.hpp"
#include "csi/driver_wait.hpp"
#include "kube/config/load.hpp"
#include "sidecar/service.hpp"
#include "sidecar/version.hpp"

namespace sidecar {
namespace {

namespace asio = boost::asio;

// What is in hand at SIGTERM may take so long; the kubelet's own patience is 30 s.
constexpr std::chrono::seconds time_to_finish{10};

// Where an address to listen at cannot be had; upstream's, of a fatal log call.
constexpr int exit_fatal = 255;

}  // namespace

const char* version() {
  return "v" CSI_SNAPSHOTTER_VERSION;
}

base::Result<Peers> find_peers(const Options& options) {
  Peers peers;
  base::Result<std::string> socket = csi::parse_address(options.csi_address);
  if (!socket) return socket.error().while_doing("--csi-address");
  peers.driver_socket = std::move(*socket);
  base::Result<kube::ClusterConfig> cluster = kube::load_cluster_config(options.kubeconfig);
  if (!cluster) return cluster.error();
  peers.cluster = std::move(*cluster);
  return peers;
}

Sidecar::Sidecar(asio::io_context& loop, base::Clock& clock, const base::Logger& log,
                 Options options, Peers peers)
    : loop_(loop),
      clock_(clock),
      log_(log),
      options_(std::move(options)),
      peers_(std::move(peers)) {}

Sidecar::~Sidecar() = default;

int Sidecar::run() {
  log_.info("Starting csi-snapshotter",
            {{"version", version()}, {"cluster", describe(peers_.cluster)}});
  base::Concerns concerns(loop_.get_executor());
  if (Diagnostics::wanted(options_)) {
    const Diagnostics::Checks checks{
        [this] { return not_ready(); },
        [this] { return service_ ? service_->election_sick() : std::nullopt; }};
    diagnostics_.emplace(loop_.get_executor(), clock_, log_, options_, checks);
    if (const auto listening = diagnostics_->listen(); !listening) {
      log_.error("Cannot serve metrics", {{"error", listening.error().text()}});
      return exit_fatal;
    }
    concerns.start("diagnostics", diagnostics_->run());
  }
  concerns.start("sidecar", serve());
  concerns.start("signals", stop_on_signal());
  asio::co_spawn(loop_, concerns.join(), [&](std::exception_ptr, const base::Outcome& first) {
    if (!first.why) return;
    log_.error("Ending because of a bug", {{"error", base::describe(first)}});
    exit_status_ = 1;
  });
  loop_.run();
  return exit_status_;
}

std::optional<std::string> Sidecar::not_ready() const {
  if (service_) return service_->not_ready();
  return "waiting for the CSI driver at " + peers_.driver_socket;
}

asio::awaitable<void> Sidecar::serve() {
  SidecarMetrics* const metrics = diagnostics_ ? &diagnostics_->metrics() : nullptr;
  csi::Connection connection(log_, peers_.driver_socket, options_.timeout,
                             metrics ? metrics->csi_observer() : csi::OnCall());
  csi::DriverDemands demands;
  demands.groups = options_.gates.group_snapshots();
  const auto driver = co_await csi::wait_for_driver(connection, clock_, log_, demands);
  if (!driver) {
    log_.error("Cannot work with this CSI driver", {{"error", driver.error().text()}});
    exit_status_ = 1;
    co_return;
  }
  log_.info("Working for the CSI driver",
            {{"driver", driver->name}, {"driverVersion", driver->vendor_version}});
  if (metrics) metrics->driver_named(driver->name);
  const Service::Parts parts{loop_, clock_, log_, options_, peers_.cluster, connection, metrics};
  Service service(parts, *driver);
  service_ = &service;
  const std::unique_ptr<Service*, void (*)(Service**)> over(&service_,
                                                            [](Service** of) { *of = nullptr; });
  const base::Result<void> ended = co_await service.run();
  if (ended) co_return;
  log_.error("Cannot go on with this CSI driver", {{"error", ended.error().text()}});
  exit_status_ = 1;
}

asio::awaitable<void> Sidecar::stop_on_signal() {
  asio::signal_set signals(loop_, SIGTERM, SIGINT);
  co_await signals.async_wait(asio::use_awaitable);
  if (!service_) co_return;  // nothing is in hand: to return stops the wait for the driver
  log_.info("Stopping: finishing what is in hand", {{"patience", "10s"}});
  service_->stop();
  using namespace asio::experimental::awaitable_operators;
  asio::awaitable<void> patience = clock_.sleep(time_to_finish);
  asio::awaitable<int> again = signals.async_wait(asio::use_awaitable);
  const std::variant<std::monostate, int> first =
      co_await (std::move(patience) || std::move(again));
  log_.warning("Ending with work in hand; it will be taken up again from the API server");
  // Whatever is still in hand waits for a peer that does not answer. The next process finds in the
  // objects what it needs, so there is nothing to unwind.
  std::_Exit(first.index() == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

}  // namespace sidecar
