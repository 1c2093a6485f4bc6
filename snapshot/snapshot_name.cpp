#include "snapshot/snapshot_name.hpp"

#include <algorithm>

namespace snapshot {

using base::Error;
using base::ErrorKind;

base::Result<void> check(const NameRule& rule, const std::string& flags) {
  constexpr std::int64_t digits_of_a_uuid = 32;
  if (rule.prefix.empty()) return Error(ErrorKind::invalid, flags + "-prefix must not be empty");
  const bool whole = rule.uuid_length == -1;
  if (!whole && (rule.uuid_length < 1 || rule.uuid_length > digits_of_a_uuid))
    return Error(ErrorKind::invalid,
                 flags + "-uuid-length must be -1 (the whole uid) or 1 to 32, not " +
                     std::to_string(rule.uuid_length));
  return {};
}

base::Result<std::string> snapshot_name(const NameRule& rule, std::string_view snapshot_ref_uid) {
  if (snapshot_ref_uid.empty())
    return Error(
        ErrorKind::invalid,
        "the content is not bound: spec.volumeSnapshotRef.uid is empty, and the snapshot's "
        "name is made from it");
  std::string uid(snapshot_ref_uid);
  if (rule.uuid_length >= 0) {
    uid.erase(std::remove(uid.begin(), uid.end(), '-'), uid.end());
    uid.resize(std::min(uid.size(), static_cast<std::size_t>(rule.uuid_length)));
  }
  return rule.prefix + "-" + uid;
}

}  // namespace snapshot
