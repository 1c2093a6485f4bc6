#pragma once

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "devcluster/driver/behaviour.hpp"
#include "devcluster/driver/call_log.hpp"
#include "devcluster/driver/options.hpp"
#include "devcluster/driver/store.hpp"

namespace devcluster::driver {

// The sample CSI driver: listens from start() until it is destroyed, and does all its work on the
// caller's loop, where Behaviour, CallLog and Store may be used freely. A server that has nothing
// to do does not keep the loop running. It must go before the io_context does.
class Server {
 public:
  // The clock must outlive the last run of the loop.
  static base::Result<std::unique_ptr<Server>> start(boost::asio::any_io_executor loop,
                                                     base::Clock& clock, Options options);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  // Answers what is under way with UNAVAILABLE (gRPC itself: CANCELLED to what it has not handed to
  // us yet); what had not been done is not done any more. Takes a second at most.
  ~Server();

  Behaviour& behaviour();
  CallLog& calls();
  Store& store();
  const std::string& socket_path() const;

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace devcluster::driver
