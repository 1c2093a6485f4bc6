#pragma once

#include <string>

#include <boost/json/value.hpp>

#include "kube/api/collections.hpp"

namespace kube {

// Port: where a reflector puts what it hears. Implemented by WorkCache and Store. Calls come on
// the loop's thread and must not throw.
class ListSink {
 public:
  virtual ~ListSink() = default;

  // A list begins. When it fails half-way another begin_list() follows, without an end_list().
  virtual void begin_list() = 0;
  virtual void item(boost::json::value&& object) = 0;
  // The list was complete: what it did not name is not there as of `version`.
  virtual void end_list(const std::string& version) = 0;
  // ADDED, MODIFIED or DELETED, in the order of the stream and only between lists. The verb is not
  // to be trusted further than that: ADDED may name an object that is known.
  virtual void event(EventType type, boost::json::value&& object) = 0;
};

}  // namespace kube
