#pragma once

#include <chrono>
#include <functional>
#include <utility>

#include <boost/asio/awaitable.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "kube/api/api_paths.hpp"
#include "kube/discovery/resource_list.hpp"

namespace kube {

// Finds out whether the API server serves some kinds, for features that are on where their
// definitions are installed, and that may be installed at any time.
class Discovery {
 public:
  using Chance = std::function<double()>;  // in [0, 1)

  // What operators are told while we wait.
  class Reports {
   public:
    Reports() = default;

    // Once: the server has answered, and serves not all of them.
    std::function<void()> on_absent = [] {};
    // The server cannot be asked: when that begins, and when its kind or text changes.
    std::function<void(const base::Error& why, std::chrono::nanoseconds next_look)> on_unknown =
        [](const base::Error&, std::chrono::nanoseconds) {};
  };

  // Paths and clock must outlive it.
  Discovery(
      ApiPaths& paths, base::Clock& clock, Chance chance = [] { return 0.5; })
      : paths_(paths), clock_(clock), chance_(std::move(chance)) {}

  // Whether the server serves all of them. An error: it did not say, so it may or may not.
  boost::asio::awaitable<base::Result<Served>> serves(ResourceSet wanted);

  // Returns once it does. Looks at once, then after up to 10 s, twice as long each time up to 5
  // min; of each wait the last fifth is left to chance, so that the sidecars of a cluster do not
  // all ask at once. Throws operation_aborted when the caller is cancelled.
  boost::asio::awaitable<void> wait_until_served(ResourceSet wanted, Reports reports);

 private:
  std::chrono::nanoseconds wait_after(unsigned looks, const base::Result<Served>& served);

  ApiPaths& paths_;
  base::Clock& clock_;
  Chance chance_;
};

}  // namespace kube
