#include "csi/driver_wait.hpp"

#include <chrono>
#include <optional>
#include <utility>

#include "csi/address.hpp"
#include "csi/controller_client.hpp"
#include "csi/group_controller_client.hpp"
#include "csi/identity_client.hpp"

namespace csi {
namespace {

namespace asio = boost::asio;
using base::Error;
using base::ErrorKind;

// How often a driver that is not there yet is looked for; upstream's pace for Probe.
constexpr std::chrono::seconds look_again{1};

enum class Stage { socket, name, readiness, capabilities, group_capabilities, done };

// What one look found: how far it got, and what was in the way there.
class Look {
 public:
  Look() = default;

  Stage stage = Stage::socket;
  bool hopeless = false;  // waiting cannot help
  Error obstacle;         // before Stage::done
  DriverIdentity driver;

  bool same_situation(const Look& other) const {
    return stage == other.stage && obstacle.kind() == other.obstacle.kind();
  }
};

std::string_view what_is_awaited(Stage stage) {
  switch (stage) {
    case Stage::socket:
      return "Waiting for the CSI driver's socket";
    case Stage::name:
      return "Waiting for the CSI driver to tell its name";
    case Stage::readiness:
      return "Waiting for the CSI driver to be ready";
    case Stage::capabilities:
      return "Waiting for the CSI driver to tell its capabilities";
    case Stage::group_capabilities:
      return "Waiting for the CSI driver to tell its group capabilities";
    case Stage::done:
      return "The CSI driver is ready";
  }
  return "";
}

Error cannot_take_snapshots(const std::string& driver) {
  return Error(ErrorKind::unimplemented,
               "the CSI driver " + driver +
                   " cannot take snapshots: ControllerGetCapabilities lacks "
                   "CREATE_DELETE_SNAPSHOT; do not run this sidecar beside it");
}

Error other_name(const std::string& socket_path, const std::string& expected,
                 const std::string& found) {
  return Error(ErrorKind::conflict, "the CSI driver at " + socket_path + " was " + expected +
                                        " and is now " + found +
                                        ": what this process holds and the Lease it may have are "
                                        "of the first one");
}

// Only a driver that cannot be reached is asked again: single snapshots must not wait for groups.
bool settled(const base::Result<GroupControllerCapabilities>& asked) {
  return asked || asked.error().kind() != ErrorKind::unavailable;
}

asio::awaitable<Look> look_for(Connection& connection, const base::Logger& log,
                               const DriverDemands& demands) {
  Look look;
  const base::Result<SocketState> socket = inspect_socket(connection.socket_path());
  if (!socket || *socket == SocketState::missing) {
    look.obstacle = socket ? Error(ErrorKind::not_found, connection.socket_path() +
                                                             " does not exist yet: is the driver "
                                                             "running, and does it share this "
                                                             "folder?")
                           : socket.error();
    look.hopeless = look.obstacle.kind() == ErrorKind::invalid;
    co_return look;
  }

  look.stage = Stage::name;
  // All that is asked from here on is answered through a connection whose loss can be noticed. Why
  // there is none is told by the first call.
  const bool connected = co_await connection.connect();
  const base::Result<PluginInfo> info = co_await plugin_info(connection);
  if (!info || !connected) {
    look.obstacle =
        info ? Error(ErrorKind::unavailable, "it has only just begun to listen") : info.error();
    look.hopeless = look.obstacle.kind() == ErrorKind::malformed;
    co_return look;
  }
  if (!demands.name.empty() && demands.name != info->name) {
    look.obstacle = other_name(connection.socket_path(), demands.name, info->name);
    look.hopeless = true;
    co_return look;
  }
  look.driver.name = info->name;
  look.driver.vendor_version = info->vendor_version;

  look.stage = Stage::readiness;
  const base::Result<bool> ready = co_await probe(connection);
  if (!ready || !*ready) {
    look.obstacle =
        ready ? Error(ErrorKind::unavailable, "it answers that it is not ready") : ready.error();
    co_return look;
  }

  look.stage = Stage::capabilities;
  const base::Result<ControllerCapabilities> known = co_await controller_capabilities(connection);
  if (!known || !known->create_delete_snapshot) {
    look.obstacle = known ? cannot_take_snapshots(info->name) : known.error();
    look.hopeless = known.has_value();
    co_return look;
  }
  look.driver.capabilities = *known;

  if (demands.groups) {
    look.stage = Stage::group_capabilities;
    const auto groups = co_await group_controller_capabilities(connection);
    if (!settled(groups)) {
      look.obstacle = groups.error();
      co_return look;
    }
    if (groups) look.driver.group_snapshots = groups->create_delete_get_group_snapshot;
    if (!groups)
      log.warning("The CSI driver does not tell its group capabilities: no group snapshots",
                  {{"driver", info->name}, {"error", groups.error().text()}});
  }
  look.stage = Stage::done;
  co_return look;
}

}  // namespace

asio::awaitable<base::Result<DriverIdentity>> wait_for_driver(Connection& connection,
                                                              base::Clock& clock,
                                                              const base::Logger& log,
                                                              DriverDemands demands) {
  std::optional<Look> told;
  for (;;) {
    Look look = co_await look_for(connection, log, demands);
    if (look.stage == Stage::done) co_return look.driver;
    if (look.hopeless) co_return look.obstacle;
    if (!told || !look.same_situation(*told))
      log.info(what_is_awaited(look.stage),
               {{"address", connection.socket_path()}, {"reason", look.obstacle.text()}});
    told = std::move(look);
    co_await clock.sleep(look_again);
  }
}

}  // namespace csi
