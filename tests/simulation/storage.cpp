#include "tests/simulation/storage.hpp"

namespace simulation {

void Storage::put(Snapshot snapshot) {
  give_up(snapshot.name);
  if (snapshot.id.empty()) snapshot.id = "s-" + std::to_string(++ids_);
  std::string id = snapshot.id;
  by_id_[std::move(id)] = std::move(snapshot);
}

const Storage::Snapshot* Storage::with_id(const std::string& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second;
}

const Storage::Snapshot* Storage::named(const std::string& name) const {
  for (const auto& [id, snapshot] : by_id_)
    if (snapshot.name == name) return &snapshot;
  return nullptr;
}

csi::Snapshot as_reported(const Storage::Snapshot& snapshot, base::Instant now) {
  csi::Snapshot reported;
  reported.snapshot_id = snapshot.id;
  reported.source_volume_id = snapshot.volume;
  reported.size_bytes = snapshot.size;
  reported.creation_time_ns = snapshot.creation_time_ns;
  reported.ready_to_use = snapshot.ready_at <= now;
  return reported;
}

}  // namespace simulation
