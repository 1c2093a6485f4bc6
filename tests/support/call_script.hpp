#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/error.hpp"

namespace tests {

// What is to happen with the next calls of a method, in the order in which it was asked for. The
// names of methods are those of whoever has the script.
class CallScript {
 public:
  void fail_next(const std::string& method, base::Error error) {
    scripts_[method].faults.push_back(std::move(error));
  }
  // The deed is done all the same.
  void lose_next_reply(const std::string& method, base::Error error) {
    scripts_[method].lost.push_back(std::move(error));
  }
  // While the call is under way.
  void before_next(const std::string& method, std::function<void()> event) {
    scripts_[method].events.push_back(std::move(event));
  }

 protected:
  // To be called before the deed: the error that answers instead of it.
  std::optional<base::Error> begin(const std::string& method) {
    if (const auto event = taken_from(scripts_[method].events)) (*event)();
    return taken_from(scripts_[method].faults);
  }
  // To be called after the deed: the error that answers instead of the reply.
  std::optional<base::Error> lost(const std::string& method) {
    return taken_from(scripts_[method].lost);
  }

 private:
  struct Script {
    std::deque<base::Error> faults, lost;
    std::deque<std::function<void()>> events;
  };

  template <class T>
  static std::optional<T> taken_from(std::deque<T>& queue) {
    if (queue.empty()) return std::nullopt;
    T next = std::move(queue.front());
    queue.pop_front();
    return next;
  }

  std::map<std::string, Script> scripts_;
};

}  // namespace tests
