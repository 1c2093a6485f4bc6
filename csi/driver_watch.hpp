#pragma once

#include <functional>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "csi/connection.hpp"
#include "csi/driver_wait.hpp"

namespace csi {

// Notices that the driver has gone, and finds it again.
class DriverWatch {
 public:
  // What the owner is told, on the loop's thread. Both must be set.
  class News {
   public:
    News() = default;

    std::function<void(const std::string& reason)> lost;       // no call can succeed now
    std::function<void(const DriverIdentity& identity)> back;  // it may have changed, but the name
  };

  // All must outlive run().
  DriverWatch(Connection& connection, base::Clock& clock, const base::Logger& log)
      : connection_(connection), clock_(clock), log_(log) {}

  // To be started with what wait_for_driver has found through the same connection: what happened
  // since is noticed, too. Every loss of the connection is told at once, driver in use or not; then
  // it is looked for, once a second, and told to be back when it has said that it is who it was, is
  // ready and has its capabilities. Runs until cancelled, which throws; returns the error where
  // waiting cannot help, as wait_for_driver does: above all when the driver at the socket has
  // another name. `groups`: whether to ask for group capabilities, too.
  boost::asio::awaitable<base::Error> run(std::string name, bool groups, News news);

  // What is wrong with the driver at the moment, for a readiness check; absent while it is there.
  const std::optional<std::string>& trouble() const { return trouble_; }

 private:
  Connection& connection_;
  base::Clock& clock_;
  const base::Logger& log_;
  std::optional<std::string> trouble_;
};

}  // namespace csi
