#include "base/gate.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

namespace asio = boost::asio;

namespace {

struct World {
  // Waits for the gate in the background; "waiting", then "through" or "cancelled".
  void wait(asio::awaitable<void> task) {
    state = "waiting";
    asio::co_spawn(io, std::move(task),
                   asio::bind_cancellation_slot(stop.slot(), [this](std::exception_ptr why) {
                     state = why ? "cancelled" : "through";
                   }));
    run();
  }
  void set(bool open) {
    gate.set_open(open);
    run();
  }
  void run() {
    io.restart();
    io.poll();
  }

  asio::io_context io;
  base::Gate gate{io.get_executor()};
  asio::cancellation_signal stop;
  std::string state;
};

}  // namespace

TEST_CASE("a gate lets through who waits for it, and at once who need not") {
  World w;
  w.wait(w.gate.wait_open());
  CHECK(w.state == "waiting");
  w.set(true);
  CHECK(w.state == "through");
  w.wait(w.gate.wait_open());
  CHECK(w.state == "through");
}

TEST_CASE("a gate that closes lets go who waits for that") {
  World w;
  w.set(true);
  w.wait(w.gate.wait_closed());
  CHECK(w.state == "waiting");
  w.set(true);
  CHECK(w.state == "waiting");
  w.set(false);
  CHECK(w.state == "through");
}

TEST_CASE("a gate that opened and closed again before anybody could run lets nobody through") {
  World w;
  w.wait(w.gate.wait_open());
  w.gate.set_open(true);
  w.set(false);
  CHECK(w.state == "waiting");
}

TEST_CASE("who is cancelled at a gate is thrown out") {
  World w;
  w.wait(w.gate.wait_open());
  w.stop.emit(asio::cancellation_type::terminal);
  w.run();
  CHECK(w.state == "cancelled");
}
