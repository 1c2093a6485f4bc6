#pragma once

#include <cstddef>
#include <deque>
#include <exception>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

namespace base {

// How a concern ended.
struct Outcome {
  std::string concern;
  std::exception_ptr why;  // empty: it simply returned
};

// "metrics: address already in use", or "metrics returned".
std::string describe(const Outcome& outcome);

// Runs coroutines side by side on one thread. The first to end, in whatever way, stops the others.
// It must outlive its coroutines: join() before it goes.
class Concerns {
 public:
  explicit Concerns(boost::asio::any_io_executor executor);
  Concerns(const Concerns&) = delete;
  Concerns& operator=(const Concerns&) = delete;

  void start(std::string name, boost::asio::awaitable<void> task);

  // Asks all of them to stop, as if one had ended.
  void stop();

  // Returns when all have ended, with the first to end. A cancelled caller stops them, still waits
  // for them, then throws: nothing may outlive the list it is in.
  boost::asio::awaitable<Outcome> join();

 private:
  void ended(const std::string& name, std::exception_ptr why);
  void stop_all();

  boost::asio::any_io_executor executor_;
  boost::asio::steady_timer all_ended_;                 // never rings, only gets cancelled
  std::deque<boost::asio::cancellation_signal> stops_;  // a deque: slots need stable addresses
  std::size_t running_ = 0;
  Outcome first_;
};

}  // namespace base
