#include "kube/http/idle_connections.hpp"

#include <utility>

namespace kube {

std::unique_ptr<Connection> IdleConnections::take() {
  while (!idle_.empty()) {
    std::unique_ptr<Connection> last = std::move(idle_.back().connection);
    idle_.pop_back();
    if (last->silent()) return last;
  }
  return nullptr;
}

void IdleConnections::put(std::unique_ptr<Connection> connection, base::Instant now) {
  if (idle_.size() < most) idle_.push_back(Idle{std::move(connection), now});
}

void IdleConnections::drop_old(base::Instant now) {
  while (!idle_.empty() && now - idle_.front().since >= longest) idle_.pop_front();
}

}  // namespace kube
