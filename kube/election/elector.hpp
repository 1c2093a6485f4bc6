#pragma once

#include <functional>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/value.hpp>

#include "base/clock.hpp"
#include "base/concerns.hpp"
#include "base/error.hpp"
#include "kube/api/collections.hpp"
#include "kube/api/objects.hpp"
#include "kube/cache/list_sink.hpp"
#include "kube/cache/reflector.hpp"
#include "kube/election/election_options.hpp"
#include "kube/election/election_steps.hpp"
#include "kube/events/event_recorder.hpp"
#include "kube/http/deadline.hpp"

namespace kube {

// What the owner of an elector is told. The calls come on the loop's thread and must not throw.
class ElectionHooks {
 public:
  ElectionHooks() = default;

  std::function<void()> on_started_leading = [] {};
  // No new deed from now on. The elector stands again by itself, and on_started_leading may follow
  // while deeds of before are still being waited for.
  std::function<void(const std::string& why)> on_stopped_leading = [](const std::string&) {};
  // Another holder than before, maybe ourselves.
  std::function<void(const std::string& identity)> on_new_leader = [](const std::string&) {};
  // Attempts fail: told once, and again when the reason changes; then once that it is over.
  std::function<void(const base::Error& why)> on_trouble = [](const base::Error&) {};
  std::function<void()> on_recovered = [] {};
  // A renewal had to ask for the Lease first: the last reply was lost, or others write to it.
  std::function<void()> on_slow_renewal = [] {};
  // A candidate cannot watch the Lease. It still looks at it, every 1 to 2.2 retry periods.
  std::function<void(const base::Error& why)> on_watch_trouble = [](const base::Error&) {};
};

// Takes part in the election of one leader by a Lease. To lose it is a state and not the end: the
// elector reports it and stands again. Its parts must outlive it, and it must outlive run().
//
// A candidate watches its one Lease besides polling it, so that one that is released is taken
// within a second, and one whose holder is dead within a second of its expiry.
class Elector {
 public:
  struct Parts {
    boost::asio::any_io_executor executor;
    base::Clock& clock;
    Objects& objects;  // of a client of its own: a renewal waits behind nothing
    Collections& collections;
    EventRecorder* events = nullptr;  // "a became leader", on the Lease; null: nobody is told
  };
  // The options must have passed check().
  Elector(Parts parts, ElectionOptions options, ElectionSteps::Chance chance, ElectionHooks hooks);

  // Until release(), then returns; or until the caller is cancelled, then throws operation_aborted.
  // Leading ends either way, and only release() tells the others. May be run again.
  boost::asio::awaitable<void> run();

  // Ends run() and gives the Lease to whoever wants it, if it is ours. Only when all that was begun
  // as a leader is finished. Tries for the renew deadline; an error means that the others have to
  // wait until the Lease expires.
  boost::asio::awaitable<base::Result<void>> release();

  bool is_leader() const { return steps_.leading(); }
  // Asked before each deed that others can see: whether we still lead at `now`, by our own clock.
  bool may_act(base::Instant now) const { return steps_.may_act(now); }
  // Who leads as far as we know; empty: nobody.
  const std::string& leader() const { return steps_.holder(); }
  // What /healthz/leader-election has to say; nothing while all is well. Not to lead is well.
  std::optional<std::string> sick() const { return steps_.sick(parts_.clock.now()); }

 private:
  // The watched Lease, as a reflector sees it.
  class LeaseSink final : public ListSink {
   public:
    explicit LeaseSink(Elector& elector) : elector_(elector) {}
    void begin_list() override { listed_ = false; }
    void item(boost::json::value&& object) override;
    void end_list(const std::string& version) override;
    void event(EventType type, boost::json::value&& object) override;

   private:
    bool is_ours(const boost::json::value& object) const;

    Elector& elector_;
    bool listed_ = false;  // the list has named it
  };

  boost::asio::awaitable<void> take_part();
  boost::asio::awaitable<void> stand();
  boost::asio::awaitable<void> acquire();
  boost::asio::awaitable<void> hold();
  boost::asio::awaitable<void> attempt();
  boost::asio::awaitable<base::Result<boost::json::value>> send(ElectionStep step);
  boost::asio::awaitable<base::Result<void>> give_up_lease(base::Instant until);
  boost::asio::awaitable<void> wait_for_attempt();
  boost::asio::awaitable<void> wait_for_change();

  Moment moment() const;
  ObjectPath path() const;
  ReflectorOptions watch_options();
  void lapse();
  void resign(const std::string& why);
  void tell();
  void tell_leading();
  void tell_trouble();
  void record_event(const std::string& what);

  Parts parts_;
  ElectionOptions options_;
  ElectionHooks hooks_;
  ElectionSteps steps_;
  LeaseSink sink_;
  Reflector watch_;
  boost::asio::steady_timer changed_;   // never rings, only gets cancelled
  std::optional<base::Concerns> life_;  // while run() runs
  bool releasing_ = false;              // release() has ended it
  std::optional<Deadline> watchdog_;    // of the present or last time of leading
  // What the hooks have been told.
  bool told_leading_ = false;
  std::string told_leader_;
  std::optional<base::Error> told_trouble_;
};

}  // namespace kube
