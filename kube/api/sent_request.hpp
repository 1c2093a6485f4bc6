#pragma once

#include <functional>
#include <string>

namespace kube {

// One request that has gone to the API server, retries counted each; for whoever counts them.
class SentRequest {
 public:
  SentRequest() = default;

  std::string verb;      // as RBAC names it: get, list, watch, create, patch, update, delete
  std::string resource;  // "volumesnapshotcontents"; the path for a request that has none
  int status = 0;        // HTTP's; 0: no answer came
};

// Called when the exchange is over, which for a watch is its end. It must not start requests.
using OnRequest = std::function<void(const SentRequest&)>;

}  // namespace kube
