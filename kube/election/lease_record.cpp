#include "kube/election/lease_record.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>

#include "base/json.hpp"

namespace kube {
namespace {

namespace json = boost::json;

std::int32_t number(const json::value& lease, std::string_view field) {
  const json::value* found = base::member(lease, "spec", field);
  if (!found || !found->is_number()) return 0;
  boost::system::error_code inexact;
  const auto value = found->to_number<std::int64_t>(inexact);
  if (inexact) return 0;
  constexpr std::int64_t largest = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(value, 0, largest));
}

json::object& object_at(json::value& parent, json::string_view key) {
  if (!parent.is_object()) parent = json::object();
  json::value& child = parent.get_object()[key];
  if (!child.is_object()) child = json::object();
  return child.get_object();
}

}  // namespace

LeaseRecord lease_record(const json::value& lease) {
  LeaseRecord record;
  record.holder = base::text(lease, "spec", "holderIdentity");
  record.duration = std::chrono::seconds(number(lease, "leaseDurationSeconds"));
  record.acquire_time = base::text(lease, "spec", "acquireTime");
  record.renew_time = base::text(lease, "spec", "renewTime");
  record.transitions = number(lease, "leaseTransitions");
  return record;
}

json::value with_record(json::value lease, const LeaseRecord& record) {
  json::object& spec = object_at(lease, "spec");
  spec["holderIdentity"] = record.holder;
  spec["leaseDurationSeconds"] = record.duration.count();
  spec["acquireTime"] = record.acquire_time;
  spec["renewTime"] = record.renew_time;
  spec["leaseTransitions"] = record.transitions;
  return lease;
}

json::value with_labels(json::value lease, const std::map<std::string, std::string>& labels) {
  if (labels.empty()) return lease;
  object_at(lease, "metadata");
  json::object& all = object_at(lease.get_object()["metadata"], "labels");
  for (const auto& [key, value] : labels) all[key] = value;
  return lease;
}

json::value new_lease(const std::string& space, const std::string& name) {
  json::object lease;
  lease["apiVersion"] = "coordination.k8s.io/v1";
  lease["kind"] = "Lease";
  lease["metadata"] = json::object{{"namespace", space}, {"name", name}};
  return lease;
}

std::string micro_time(base::WallTime time) {
  namespace chrono = std::chrono;
  const auto days = chrono::floor<chrono::days>(time);
  const chrono::year_month_day date(days);
  const chrono::hh_mm_ss clock(chrono::floor<chrono::microseconds>(time - days));
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", int(date.year()),
                unsigned(date.month()), unsigned(date.day()), int(clock.hours().count()),
                int(clock.minutes().count()), int(clock.seconds().count()),
                int(clock.subseconds().count()));
  return text;
}

}  // namespace kube
