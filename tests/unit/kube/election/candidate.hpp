#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include "kube/election/elector.hpp"
#include "tests/unit/kube/election/lease_server.hpp"

namespace kube::test {

// A node's own idea of what people call the time.
class NodeClock final : public base::Clock {
 public:
  NodeClock(ManualClock& clock, std::chrono::hours offset) : clock_(clock), offset_(offset) {}

  base::Instant now() const override { return clock_.now(); }
  base::WallTime wall_now() const override { return clock_.wall_now() + offset_; }
  boost::asio::awaitable<void> sleep_until(base::Instant due) override {
    return clock_.sleep_until(due);
  }

 private:
  ManualClock& clock_;
  std::chrono::hours offset_;
};

class Recorded final : public EventRecorder {
 public:
  void record(const ObjectReference& about, EventSeverity, std::string_view reason,
              std::string_view message) override {
    events.push_back(about.kind + " " + about.space + "/" + about.name + " " + std::string(reason) +
                     ": " + std::string(message));
  }
  std::vector<std::string> events;
};

// One process that takes part in the election of "default/l".
class Candidate {
 public:
  struct World {
    boost::asio::io_context io;
    ManualClock clock{io};
    LeaseServer server{io};
  };

  Candidate(World& world, const std::string& identity, std::chrono::hours offset = {})
      : world_(world), clock(world.clock, offset), line(world.io, world.clock, world.server) {
    options.space = "default";
    options.name = "l";
    options.identity = identity;
  }

  void start() {
    ElectionHooks hooks;
    hooks.on_started_leading = [this] { hear("started"); };
    hooks.on_stopped_leading = [this](const std::string& why) { hear("stopped: " + why); };
    hooks.on_new_leader = [this](const std::string& who) { hear("leader " + who); };
    hooks.on_trouble = [this](const base::Error& why) { hear("trouble: " + why.text()); };
    hooks.on_recovered = [this] { hear("recovered"); };
    hooks.on_watch_trouble = [this](const base::Error& why) { hear("no watch: " + why.text()); };
    Elector::Parts parts{world_.io.get_executor(), clock, line, line, &recorded};
    elector.emplace(parts, options, chance, std::move(hooks));
    running = true;
    stop_.emplace();
    boost::asio::co_spawn(
        world_.io, elector->run(),
        boost::asio::bind_cancellation_slot(stop_->slot(), [this](std::exception_ptr why) {
          running = false;
          aborted = why != nullptr;
        }));
    world_.clock.settle();
  }

  // Dies without a word.
  void kill() {
    line.cut();
    stop();
  }
  void stop() {
    stop_->emit(boost::asio::cancellation_type::terminal);
    world_.clock.settle();
  }
  void release() {
    releasing = true;
    boost::asio::co_spawn(world_.io, elector->release(),
                          [this](std::exception_ptr why, base::Result<void> result) {
                            releasing = false;
                            if (!why) released = result ? "released" : result.error().text();
                          });
    world_.clock.settle();
  }

  bool may_act() const { return elector && elector->may_act(world_.clock.now()); }

 private:
  World& world_;
  std::optional<boost::asio::cancellation_signal> stop_;

 public:
  NodeClock clock;
  Line line;
  ElectionOptions options;
  ElectionSteps::Chance chance = [] { return 0.5; };
  Recorded recorded;
  std::optional<Elector> elector;
  bool running = false;
  bool aborted = false;
  bool releasing = false;
  std::string released;
  std::vector<std::string> heard;
  std::function<void()> on_heard = [] {};

 private:
  void hear(std::string what) {
    heard.push_back(std::move(what));
    on_heard();
  }
};

}  // namespace kube::test
