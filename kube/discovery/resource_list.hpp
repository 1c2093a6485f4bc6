#pragma once

#include <string>
#include <utility>
#include <vector>

#include <boost/json/value.hpp>

#include "base/error.hpp"

namespace kube {

// Kinds of one group and version that are of use only together.
class ResourceSet {
 public:
  ResourceSet(std::string group, std::string version, std::vector<std::string> plurals)
      : group(std::move(group)), version(std::move(version)), plurals(std::move(plurals)) {}

  std::string group;  // empty for the core group
  std::string version;
  std::vector<std::string> plurals;
};

// Not bool: a Result<bool> that is copied may turn into whether there is a result.
enum class Served { yes, no };

// Where the server lists what it serves of that group and version: "/apis/apps/v1", "/api/v1".
std::string discovery_path(const ResourceSet& wanted);

// Whether an APIResourceList, as it is found there, names all of them. An error when it is
// something else.
base::Result<Served> names_all(const boost::json::value& list, const ResourceSet& wanted);

}  // namespace kube
