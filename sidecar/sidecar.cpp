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
#include "csi/controller_client.hpp"
#include "csi/driver_wait.hpp"
#include "kube/api/api_client.hpp"
#include "kube/config/load.hpp"
#include "sidecar/term.hpp"

namespace sidecar {
namespace {

namespace asio = boost::asio;

// What is in hand at SIGTERM may take so long; the kubelet's own patience is 30 s.
constexpr std::chrono::seconds time_to_finish{10};

class LoggedEvents final : public kube::EventRecorder {
 public:
  explicit LoggedEvents(const base::Logger& log) : log_(log) {}
  void record(const kube::ObjectReference& about, kube::EventSeverity, std::string_view reason,
              std::string_view message) override {
    log_.debug(2, "Event", {{"about", about.name}, {"reason", reason}, {"message", message}});
  }

 private:
  const base::Logger& log_;
};

kube::ClientOptions client_options(const Options& options) {
  kube::ClientOptions client;
  client.program = "csi-snapshotter";
  client.version = version();
  client.qps = options.kube_api_qps;
  client.burst = static_cast<int>(options.kube_api_burst);
  return client;
}

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

asio::awaitable<void> Sidecar::serve() {
  csi::Connection connection(log_, peers_.driver_socket, options_.timeout);
  const auto driver = co_await csi::wait_for_driver(connection, clock_, log_);
  if (!driver) {
    log_.error("Cannot work with this CSI driver", {{"error", driver.error().text()}});
    exit_status_ = 1;
    co_return;
  }
  log_.info("Working for the CSI driver",
            {{"driver", driver->name}, {"driverVersion", driver->vendor_version}});
  csi::ControllerClient controller(connection, driver->capabilities);
  kube::ApiClient api(loop_, clock_, log_, peers_.cluster, client_options(options_));
  const asio::any_io_executor executor = loop_.get_executor();
  LoggedEvents events(log_);
  Term::Parts parts{executor, clock_, log_, api, api, controller, nullptr, events};
  Term term(std::move(parts), options_, *driver);
  base::Concerns concerns(executor);
  concerns.start("watch", term.watch());
  concerns.start("work", term.work());
  working_ = &concerns;
  const base::Outcome first = co_await concerns.join();
  working_ = nullptr;
  if (first.why && !stopping_) std::rethrow_exception(first.why);
}

asio::awaitable<void> Sidecar::stop_on_signal() {
  asio::signal_set signals(loop_, SIGTERM, SIGINT);
  co_await signals.async_wait(asio::use_awaitable);
  if (!working_) co_return;  // nothing is in hand: to return stops the wait for the driver
  log_.info("Stopping: finishing what is in hand", {{"patience", "10s"}});
  stopping_ = true;
  working_->stop();
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
