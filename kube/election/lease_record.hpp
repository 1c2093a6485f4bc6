#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include <boost/json/value.hpp>

#include "base/clock.hpp"

namespace kube {

// What a Lease says of its holder (spec/kube-client.md 11.1). Times are text as in the object: they
// come from another clock, so nobody calculates with them.
class LeaseRecord {
 public:
  LeaseRecord() = default;

  bool operator==(const LeaseRecord&) const = default;

  std::string holder;                // empty: the Lease is free
  std::chrono::seconds duration{0};  // others wait this long for news; 0: it does not say
  std::string acquire_time;
  std::string renew_time;
  std::int32_t transitions = 0;  // how often it went to another holder
};

// What is missing or of a wrong type is as in LeaseRecord().
LeaseRecord lease_record(const boost::json::value& lease);

// The Lease with this record in it. All else that it has stays as it is, fields included that we
// have never heard of.
boost::json::value with_record(boost::json::value lease, const LeaseRecord& record);

// The Lease with these labels besides those that it has.
boost::json::value with_labels(boost::json::value lease,
                               const std::map<std::string, std::string>& labels);

// A Lease that does not exist yet, without a record.
boost::json::value new_lease(const std::string& space, const std::string& name);

// "2026-01-31T12:00:00.000000Z": the API's MicroTime, which must have six digits of a second.
std::string micro_time(base::WallTime time);

}  // namespace kube
