#include "csi/driver_wait.hpp"

#include <chrono>
#include <optional>
#include <utility>

#include "csi/address.hpp"
#include "csi/controller_client.hpp"
#include "csi/identity_client.hpp"

namespace csi {
namespace {

namespace asio = boost::asio;
using base::Error;
using base::ErrorKind;

// How often a driver that is not there yet is looked for; upstream's pace for Probe.
constexpr std::chrono::seconds look_again{1};

enum class Stage { socket, name, readiness, capabilities, done };

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

asio::awaitable<Look> look_for(Connection& connection) {
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
  const base::Result<PluginInfo> info = co_await plugin_info(connection);
  if (!info) {
    look.obstacle = info.error();
    look.hopeless = look.obstacle.kind() == ErrorKind::malformed;
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
  look.stage = Stage::done;
  co_return look;
}

}  // namespace

asio::awaitable<base::Result<DriverIdentity>> wait_for_driver(Connection& connection,
                                                              base::Clock& clock,
                                                              const base::Logger& log) {
  std::optional<Look> told;
  for (;;) {
    Look look = co_await look_for(connection);
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
