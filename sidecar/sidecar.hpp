#pragma once

#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "kube/config/cluster_config.hpp"
#include "sidecar/diagnostics.hpp"
#include "sidecar/options.hpp"

namespace sidecar {

class Service;

// Where the two peers are, found and checked before anything is started.
class Peers {
 public:
  Peers() = default;

  std::string driver_socket;  // path
  kube::ClusterConfig cluster;
};

// Reads --csi-address and --kubeconfig (or the pod's service account). An error says what to
// correct: nothing that comes later can.
base::Result<Peers> find_peers(const Options& options);

// The program between its start and its end: waits for the driver, then works on its contents
// until it is told to stop.
class Sidecar {
 public:
  // Owns none of the references, which must live longer.
  Sidecar(boost::asio::io_context& loop, base::Clock& clock, const base::Logger& log,
          Options options, Peers peers);
  ~Sidecar();

  // Runs the loop to the end. SIGTERM and SIGINT: take nothing new, finish what is in hand within
  // 10 s, end. A second signal ends at once. Answers with the exit status.
  int run();

 private:
  boost::asio::awaitable<void> serve();
  boost::asio::awaitable<void> stop_on_signal();
  std::optional<std::string> not_ready() const;

  boost::asio::io_context& loop_;
  base::Clock& clock_;
  const base::Logger& log_;
  Options options_;
  Peers peers_;
  std::optional<Diagnostics> diagnostics_;  // where an HTTP address was given
  Service* service_ = nullptr;              // in serve(), once there is a driver to work with
  int exit_status_ = 0;
};

}  // namespace sidecar
