#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>

#include "base/clock.hpp"
#include "kube/http/connection.hpp"

namespace kube {

// Connections between two requests. client-go's figures: at most 25, none idle for 90 s. They are
// closed when somebody comes by, which every renewed watch does within minutes.
class IdleConnections {
 public:
  static constexpr std::size_t most = 25;
  static constexpr std::chrono::seconds longest{90};

  // The one used last that is still sound, or none.
  std::unique_ptr<Connection> take();
  void put(std::unique_ptr<Connection> connection, base::Instant now);
  void drop_old(base::Instant now);
  std::size_t size() const { return idle_.size(); }

 private:
  struct Idle {
    std::unique_ptr<Connection> connection;
    base::Instant since;
  };
  std::deque<Idle> idle_;  // oldest first
};

}  // namespace kube
