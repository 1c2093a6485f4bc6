#pragma once

#include <functional>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "base/clock.hpp"
#include "base/concerns.hpp"
#include "base/error.hpp"
#include "base/gate.hpp"
#include "base/log.hpp"
#include "csi/connection.hpp"
#include "csi/driver_wait.hpp"
#include "csi/driver_watch.hpp"
#include "kube/api/api_client.hpp"
#include "kube/config/cluster_config.hpp"
#include "kube/discovery/discovery.hpp"
#include "kube/election/elector.hpp"
#include "kube/events/event_broadcaster.hpp"
#include "sidecar/options.hpp"
#include "sidecar/term.hpp"

namespace sidecar {

class SidecarMetrics;

// The program from when its driver is known until it is told to stop: takes part in the election,
// watches the driver, and works while it leads and the driver is there. A lost lease or a lost
// driver ends the work but not the program; what was learnt meanwhile is kept (design.md 3.9).
class Service {
 public:
  // All of it must outlive the service.
  struct Parts {
    boost::asio::io_context& loop;
    base::Clock& clock;
    const base::Logger& log;
    const Options& options;
    const kube::ClusterConfig& cluster;
    csi::Connection& connection;
    SidecarMetrics* metrics = nullptr;  // null: nobody counts
  };
  Service(Parts parts, csi::DriverIdentity driver);

  // Until stop(); or until something comes up that only a new process can cure, such as another
  // driver at the socket: then the error. Either way what is in hand is finished, events are told
  // and the lease is given up before it returns. Not to be cancelled.
  boost::asio::awaitable<base::Result<void>> run();

  // Takes nothing new from now on.
  void stop();

  // Why the work cannot go on at the moment; nothing while all is well. Standing by is well.
  std::optional<std::string> not_ready() const;
  // For /healthz/leader-election.
  std::optional<std::string> election_sick() const;

 private:
  class InOffice;

  boost::asio::awaitable<void> watch_driver();
  boost::asio::awaitable<void> bear_with_driver();
  boost::asio::awaitable<void> work();
  boost::asio::awaitable<void> duty();
  boost::asio::awaitable<void> shifts(Term& term);
  boost::asio::awaitable<void> give_up_lease();
  boost::asio::awaitable<void> wait_for_group_api();

  kube::ElectionHooks election_hooks();
  csi::DriverWatch::News driver_news();
  Term::Parts term_parts(csi::SnapshotDriver& controller, csi::GroupSnapshotDriver& groups);
  std::optional<DriverTrouble> driver_trouble() const;
  bool leads() const { return !elector_ || elector_->is_leader(); }
  bool driver_is_there() const { return driver_is_there_.is_open(); }
  bool may_act() const;
  void update_gate();

  Parts parts_;
  csi::DriverIdentity driver_;
  kube::ApiClient api_;
  std::optional<kube::ApiClient> election_api_;  // a renewal waits behind nothing
  kube::EventBroadcaster events_;
  std::optional<kube::EventBroadcaster> election_events_;
  std::optional<kube::Elector> elector_;  // absent: nobody else works
  kube::Discovery discovery_;
  csi::DriverWatch driver_watch_;

  std::optional<std::string> election_trouble_;  // while we cannot take part

  base::Gate at_work_;  // we lead, and the driver is there, or has been away for so long that
                        // those who wait for it must be told
  base::Gate driver_is_there_;
  bool driver_stays_away_ = false;
  bool driver_changed_ = false;  // its capabilities did: the term must be made anew
  Term* term_ = nullptr;  // null before there was work, and while abilities are looked at anew
  base::Concerns* duty_ = nullptr;  // while work() runs
  bool stopping_ = false;
  std::optional<base::Error> fatal_;
};

}  // namespace sidecar
