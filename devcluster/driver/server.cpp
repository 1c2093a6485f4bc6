#include "devcluster/driver/server.hpp"

#include <chrono>
#include <initializer_list>
#include <utility>

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/pchars.hpp>

#include "devcluster/driver/controller_service.hpp"
#include "devcluster/driver/desk.hpp"
#include "devcluster/driver/group_controller_service.hpp"
#include "devcluster/driver/identity_service.hpp"
#include "devcluster/driver/socket_file.hpp"

namespace devcluster::driver {

using base::Error;
using base::ErrorKind;

// In the order in which they depend on each other.
struct Server::Parts {
  Parts(boost::asio::any_io_executor loop, base::Clock& clock, Options given,
        std::unique_ptr<Store> opened, std::string path)
      : options(std::move(given)),
        store(std::move(opened)),
        socket_path(std::move(path)),
        desk(std::make_shared<Desk>(std::move(loop), clock, options.behaviour, calls)),
        identity(*desk, options.name, options.behaviour),
        controller(*desk, *store, clock, options.behaviour),
        group_controller(*desk, *store, clock, options.behaviour) {}

  Options options;
  std::unique_ptr<Store> store;
  std::string socket_path;
  CallLog calls;
  std::shared_ptr<Desk> desk;
  IdentityService identity;
  ControllerService controller;
  GroupControllerService group_controller;
  std::unique_ptr<grpc::Server> grpc_server;
};

namespace {

// How long clients get to read their last answers; they take milliseconds. Without it gRPC would
// cut them off, and they would read CANCELLED.
constexpr std::chrono::seconds farewell{1};

std::unique_ptr<grpc::Server> listen(const std::string& path,
                                     std::initializer_list<grpc::Service*> services) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("unix:" + boost::urls::encode(path, boost::urls::pchars + '/'),
                           grpc::InsecureServerCredentials());
  for (grpc::Service* service : services) builder.RegisterService(service);
  return builder.BuildAndStart();
}

}  // namespace

base::Result<std::unique_ptr<Server>> Server::start(boost::asio::any_io_executor loop,
                                                    base::Clock& clock, Options options) {
  base::Result<std::string> path = driver::socket_path(options.endpoint);
  if (!path) return path.error();
  if (const base::Result<void> free = clear_socket_path(*path); !free) return free.error();
  const Durability durability = options.durable ? Durability::disk : Durability::kernel;
  base::Result<std::unique_ptr<Store>> store = Store::open(options.data_folder, durability);
  if (!store) return store.error().while_doing("open the driver's data");

  auto parts =
      std::make_unique<Parts>(std::move(loop), clock, std::move(options), std::move(*store), *path);
  parts->grpc_server =
      listen(*path, {&parts->identity, &parts->controller, &parts->group_controller});
  if (!parts->grpc_server)
    return Error(ErrorKind::invalid,
                 "cannot listen on " + *path + ": does its folder exist, and may we write to it?");
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() {
  parts_->desk->close();  // first: gRPC waits until all calls are answered
  parts_->grpc_server->Shutdown(std::chrono::system_clock::now() + farewell);
}

Behaviour& Server::behaviour() {
  return parts_->options.behaviour;
}
CallLog& Server::calls() {
  return parts_->calls;
}
Store& Server::store() {
  return *parts_->store;
}
const std::string& Server::socket_path() const {
  return parts_->socket_path;
}

}  // namespace devcluster::driver
