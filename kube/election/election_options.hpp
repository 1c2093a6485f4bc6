#pragma once

#include <chrono>
#include <map>
#include <string>

#include "base/error.hpp"
#include "kube/api/resource.hpp"

namespace kube {

inline const Resource leases{"coordination.k8s.io", "v1", "leases"};

// What an election is about and how fast it goes. The defaults are those of the flags.
class ElectionOptions {
 public:
  ElectionOptions() = default;

  std::string space;                          // of the Lease
  std::string name;                           // of the Lease
  std::string identity;                       // ours; no other living process may have it
  std::map<std::string, std::string> labels;  // merged into the Lease's whenever we write it

  std::chrono::nanoseconds lease_duration = std::chrono::seconds(15);  // others wait this long
  std::chrono::nanoseconds renew_deadline = std::chrono::seconds(10);  // then we stop leading
  std::chrono::nanoseconds retry_period = std::chrono::seconds(5);     // between two renewals

  // Without an answer for so long, a request is dropped: half the time there is, at least 1 s.
  std::chrono::nanoseconds request_timeout() const;
};

// ErrorKind::invalid, with flags to be corrected, where no safe election is possible. Rules:
// spec/kube-client.md 11.2.
base::Result<void> check(const ElectionOptions& options);

}  // namespace kube
