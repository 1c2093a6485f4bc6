#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

namespace kube {

// Who an object is, and as of when.
struct Identity {
  std::string key;           // "<namespace>/<name>", or "<name>" of a cluster-scoped object
  std::string_view uid;      // tells a re-created object from its predecessor of the same key
  std::string_view version;  // metadata.resourceVersion
};

// The views point into `object`. Nothing if it has no name or no uid: no API server stores such an
// object, so there is nothing to remember of it.
std::optional<Identity> identity_of(const boost::json::value& object);

// Takes metadata.managedFields away: often half of an object, and nobody here reads it.
void strip_managed_fields(boost::json::value& object);

}  // namespace kube
