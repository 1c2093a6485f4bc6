#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include <boost/json/stream_parser.hpp>
#include <boost/json/value.hpp>

#include "base/error.hpp"

namespace kube {

// Cuts the body of a watch into JSON objects. Chunks, lines and indentation mean nothing; what is
// incomplete at the end is dropped with the framer.
class EventFramer {
 public:
  // An error from the sink ends the feeding and comes out of feed().
  using Sink = std::function<base::Result<void>(boost::json::value&& event)>;

  static constexpr std::size_t default_limit =
      16 * 1024 * 1024;  // bytes of one event, as client-go

  explicit EventFramer(std::size_t event_limit = default_limit);

  // After an error it must not be fed again.
  base::Result<void> feed(std::string_view bytes, const Sink& sink);

 private:
  base::Result<std::size_t> parse(std::string_view bytes);

  boost::json::stream_parser parser_;
  std::size_t limit_;
  std::size_t size_ = 0;  // bytes of the event so far; 0: between two events
};

}  // namespace kube
