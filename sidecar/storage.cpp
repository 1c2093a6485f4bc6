#include "sidecar/storage.hpp"

namespace sidecar {
namespace {

namespace asio = boost::asio;
using base::Result;

snapshot::TakenSnapshot as_taken(const csi::Snapshot& said, const base::Clock& clock) {
  snapshot::TakenSnapshot taken;
  taken.handle = said.snapshot_id;
  taken.size_bytes = said.size_bytes;
  taken.ready_to_use = said.ready_to_use;
  taken.creation_time_ns = said.creation_time_ns.value_or(nanoseconds(clock.wall_now()));
  taken.group_handle = said.group_snapshot_id;
  return taken;
}

snapshot::TakenSnapshot as_taken(const csi::GroupSnapshot& said, const base::Clock& clock) {
  snapshot::TakenSnapshot taken;
  taken.handle = said.group_snapshot_id;
  taken.ready_to_use = said.ready_to_use;
  taken.creation_time_ns = said.creation_time_ns.value_or(nanoseconds(clock.wall_now()));
  for (const csi::Snapshot& one : said.members) {
    snapshot::TakenSnapshot::Member member;
    member.volume_handle = one.source_volume_id;
    member.handle = one.snapshot_id;
    member.size_bytes = one.size_bytes;
    member.creation_time_ns = one.creation_time_ns;
    member.ready_to_use = one.ready_to_use;
    taken.members.push_back(std::move(member));
  }
  return taken;
}

template <class Reply>
Storage::Taken taken_from(const Result<Reply>& answer, const base::Clock& clock) {
  if (!answer) return answer.error();
  return as_taken(*answer, clock);
}

}  // namespace

std::int64_t nanoseconds(base::WallTime time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

asio::awaitable<Storage::Taken> SnapshotStorage::create(snapshot::CreateSnapshot what,
                                                        csi::Secrets secrets) {
  csi::CreateSnapshotCall call;
  call.source_volume_id = what.volumes.front();
  call.name = std::move(what.name);
  call.parameters = std::move(what.parameters);
  call.secrets = std::move(secrets);
  const Result<csi::Snapshot> answer = co_await driver_.create_snapshot(std::move(call));
  co_return taken_from(answer, clock_);
}

asio::awaitable<Storage::Taken> SnapshotStorage::look_up(snapshot::LookUpSnapshot what,
                                                         csi::Secrets secrets) {
  const Result<csi::Snapshot> answer =
      co_await driver_.find_snapshot(std::move(what.handle), std::move(secrets));
  co_return taken_from(answer, clock_);
}

asio::awaitable<Result<void>> SnapshotStorage::remove(snapshot::DeleteSnapshot what,
                                                      csi::Secrets secrets) {
  co_return co_await driver_.delete_snapshot(std::move(what.handle), std::move(secrets));
}

asio::awaitable<Storage::Taken> GroupStorage::create(snapshot::CreateSnapshot what,
                                                     csi::Secrets secrets) {
  csi::CreateGroupSnapshotCall call;
  call.source_volume_ids = std::move(what.volumes);
  call.name = std::move(what.name);
  call.parameters = std::move(what.parameters);
  call.secrets = std::move(secrets);
  const Result<csi::GroupSnapshot> answer = co_await driver_.create_group_snapshot(std::move(call));
  co_return taken_from(answer, clock_);
}

asio::awaitable<Storage::Taken> GroupStorage::look_up(snapshot::LookUpSnapshot what,
                                                      csi::Secrets secrets) {
  const Result<csi::GroupSnapshot> answer = co_await driver_.find_group_snapshot(
      std::move(what.handle), std::move(what.members), std::move(secrets));
  co_return taken_from(answer, clock_);
}

asio::awaitable<Result<void>> GroupStorage::remove(snapshot::DeleteSnapshot what,
                                                   csi::Secrets secrets) {
  co_return co_await driver_.delete_group_snapshot(std::move(what.handle), std::move(what.members),
                                                   std::move(secrets));
}

}  // namespace sidecar
