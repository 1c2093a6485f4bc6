#pragma once

#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.hpp"

namespace kube {

// Strikes once when its time has come, unless it is destroyed before. The strike makes what is
// under way fail (it closes the socket), so that one thread of control learns of both.
class Deadline {
 public:
  // Does not own the clock, which must live longer than the executor's loop runs.
  Deadline(boost::asio::any_io_executor executor, base::Clock& clock, base::Instant due,
           std::function<void()> strike);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  // Later than before; costs nothing, so it may be called for every byte.
  void postpone(base::Instant due);
  bool struck() const;

 private:
  struct State;
  static boost::asio::awaitable<void> wait(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;
};

}  // namespace kube
