#pragma once

#include <functional>
#include <string>

#include "tests/simulation/schedule.hpp"

namespace simulation {

// The history as a person reads it, one line per event: time, who, what.
class Trace {
 public:
  using Sink = std::function<void(const std::string& line)>;

  // An empty sink: nobody reads it, and no text is made.
  Trace(const Schedule& schedule, Sink sink) : schedule_(schedule), sink_(std::move(sink)) {}

  template <class MakeText>
  void operator()(const MakeText& text) const {
    if (sink_) write(text());
  }
  bool on() const { return static_cast<bool>(sink_); }

 private:
  void write(const std::string& text) const;

  const Schedule& schedule_;
  Sink sink_;
};

}  // namespace simulation
