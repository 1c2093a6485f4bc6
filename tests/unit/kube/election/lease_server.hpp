#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "kube/api/collections.hpp"
#include "kube/api/objects.hpp"
#include "tests/support/manual_clock.hpp"

namespace kube::test {

// An API server of one Lease, "default/l", with the version checks of the real one.
class LeaseServer {
 public:
  explicit LeaseServer(boost::asio::io_context& io) : changed(io, base::Instant::max()) {}

  using Reply = base::Result<boost::json::value>;
  Reply get() const;
  Reply create(boost::json::value object);
  Reply replace(boost::json::value object);
  // Somebody else is at work.
  void put(boost::json::value object);
  void remove();

  const boost::json::value& lease() const { return lease_; }  // null: there is none
  std::string holder() const;

  struct Event {
    EventType type;
    boost::json::value object;
    int version;
  };
  std::vector<Event> events;
  boost::asio::steady_timer changed;  // never rings, only gets cancelled
  int version = 100;

 private:
  void store(EventType type, boost::json::value object);

  boost::json::value lease_;
};

// What becomes of one request on its way.
struct Fate {
  std::chrono::nanoseconds there{0};
  std::chrono::nanoseconds back{0};
  bool arrives = true;
  bool answered = true;
  std::optional<base::Error> refused;  // by the server, on arrival
};

// The way to the server that one elector has. A request on its way arrives even if nobody waits for
// its answer any more.
class Line final : public Objects, public Collections {
 public:
  Line(boost::asio::io_context& io, ManualClock& clock, LeaseServer& server)
      : io_(io), clock_(clock), server_(server) {}

  std::function<Fate(const std::string& verb)> fate = [](const std::string&) { return Fate(); };
  // Nothing passes, and nobody is told.
  void cut() { cut_ = true; }
  void heal();
  std::optional<base::Error> watch_refused;
  bool deaf = false;  // requests do not end when they are cancelled
  std::vector<std::string> trace;

  using Reply = base::Result<boost::json::value>;
  boost::asio::awaitable<Reply> get(ObjectPath path) override;
  boost::asio::awaitable<Reply> patch(ObjectPath path, Patch change) override;
  boost::asio::awaitable<Reply> replace(ObjectPath path, boost::json::value object) override;
  boost::asio::awaitable<Reply> create(ObjectPath path, boost::json::value object) override;
  boost::asio::awaitable<base::Result<void>> remove(ObjectPath path, std::string uid) override;
  boost::asio::awaitable<base::Result<ListPage>> list(Selection selection, ListRequest request,
                                                      ItemSink sink) override;
  boost::asio::awaitable<base::Result<WatchEnd>> watch(Selection selection,
                                                       std::string resource_version,
                                                       std::chrono::seconds timeout,
                                                       WatchSinks sinks) override;

 private:
  struct Call;
  boost::asio::awaitable<Reply> exchange(std::string verb, std::function<Reply()> deed);
  boost::asio::awaitable<void> carry(std::shared_ptr<Call> call);

  boost::asio::io_context& io_;
  ManualClock& clock_;
  LeaseServer& server_;
  bool cut_ = false;
};

}  // namespace kube::test
