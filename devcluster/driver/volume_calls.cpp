#include "devcluster/driver/volume_calls.hpp"

#include <algorithm>

#include "csi-spec/csi.pb.h"
#include "devcluster/driver/listing.hpp"

namespace devcluster::driver {
namespace {

namespace v1 = csi::v1;
using grpc::Status;
using grpc::StatusCode;
using Capabilities = google::protobuf::RepeatedPtrField<v1::VolumeCapability>;

constexpr std::int64_t default_capacity = std::int64_t{1} << 30;  // as good as any

Status invalid(const std::string& why) {
  return Status(StatusCode::INVALID_ARGUMENT, why);
}

// Why volumes of ours cannot be used in that way; empty if they can.
std::string objection(const Capabilities& capabilities) {
  for (const v1::VolumeCapability& capability : capabilities) {
    if (capability.has_block()) return "a volume is a folder here, it cannot be a block device";
    if (!capability.has_mount()) return "a volume capability has no access type";
  }
  return "";
}

Status check(const v1::CreateVolumeRequest& request) {
  const v1::CapacityRange& range = request.capacity_range();
  if (request.name().empty()) return invalid("name is missing");
  if (request.volume_capabilities().empty()) return invalid("volume_capabilities are missing");
  const std::string why = objection(request.volume_capabilities());
  if (!why.empty()) return invalid(why);
  if (request.has_volume_content_source() && !request.volume_content_source().has_snapshot())
    return invalid("volume_content_source: only a snapshot can be the source");
  if (range.required_bytes() < 0 || range.limit_bytes() < 0)
    return invalid("capacity_range is negative");
  if (range.limit_bytes() > 0 && range.limit_bytes() < range.required_bytes())
    return invalid("capacity_range: limit_bytes is below required_bytes");
  return Status::OK;
}

// What a new volume is given: as much as its source needs and its caller requires.
std::int64_t capacity_for(const v1::CapacityRange& range, std::int64_t source_bytes) {
  if (range.required_bytes() > 0) return range.required_bytes();
  const std::int64_t wanted = source_bytes > 0 ? source_bytes : default_capacity;
  return range.limit_bytes() > 0 ? std::min(wanted, range.limit_bytes()) : wanted;
}

bool fits(std::int64_t bytes, const v1::CapacityRange& range) {
  return bytes >= range.required_bytes() &&
         (range.limit_bytes() == 0 || bytes <= range.limit_bytes());
}

void fill(v1::Volume& reply, const Volume& volume) {
  reply.set_volume_id(volume.id);
  reply.set_capacity_bytes(volume.capacity_bytes);
  if (!volume.from_snapshot.empty())
    reply.mutable_content_source()->mutable_snapshot()->set_snapshot_id(volume.from_snapshot);
}

}  // namespace

Status status_of(const base::Error& error) {
  if (error.kind() == base::ErrorKind::exhausted)
    return Status(StatusCode::RESOURCE_EXHAUSTED, error.text());
  if (error.kind() == base::ErrorKind::not_found)
    return Status(StatusCode::NOT_FOUND, error.text());
  if (error.kind() == base::ErrorKind::invalid) return invalid(error.text());
  return Status(StatusCode::INTERNAL, error.text());
}

Status create_volume(Store& store, const v1::CreateVolumeRequest& request,
                     v1::CreateVolumeResponse& reply) {
  if (const Status checked = check(request); !checked.ok()) return checked;
  const std::string& source_id = request.volume_content_source().snapshot().snapshot_id();
  const v1::CapacityRange& range = request.capacity_range();
  if (const Volume* known = store.volume_named(request.name())) {
    if (known->from_snapshot != source_id || !fits(known->capacity_bytes, range))
      return Status(StatusCode::ALREADY_EXISTS, "volume \"" + request.name() +
                                                    "\" is there already, with another source or "
                                                    "capacity");
    fill(*reply.mutable_volume(), *known);
    return Status::OK;
  }
  std::int64_t source_bytes = 0;
  if (request.has_volume_content_source()) {
    const Snapshot* source = store.snapshot(source_id);
    if (!source) return Status(StatusCode::NOT_FOUND, "there is no snapshot \"" + source_id + "\"");
    source_bytes = source->size_bytes;
  }
  const std::int64_t capacity = capacity_for(range, source_bytes);
  if (capacity < source_bytes)
    return Status(StatusCode::OUT_OF_RANGE, "snapshot \"" + source_id + "\" needs " +
                                                std::to_string(source_bytes) + " bytes");
  const auto made = store.create_volume(request.name(), capacity, source_id);
  if (!made) return status_of(made.error());
  fill(*reply.mutable_volume(), **made);
  return Status::OK;
}

Status delete_volume(Store& store, const v1::DeleteVolumeRequest& request) {
  if (request.volume_id().empty()) return invalid("volume_id is missing");
  const base::Result<void> removed = store.remove_volume(request.volume_id());
  return removed ? Status::OK : status_of(removed.error());
}

Status validate_volume(const Store& store, const v1::ValidateVolumeCapabilitiesRequest& request,
                       v1::ValidateVolumeCapabilitiesResponse& reply) {
  if (request.volume_id().empty()) return invalid("volume_id is missing");
  if (request.volume_capabilities().empty()) return invalid("volume_capabilities are missing");
  if (!store.volume(request.volume_id()))
    return Status(StatusCode::NOT_FOUND, "there is no volume \"" + request.volume_id() + "\"");
  const std::string why = objection(request.volume_capabilities());
  reply.set_message(why);
  if (!why.empty()) return Status::OK;
  v1::ValidateVolumeCapabilitiesResponse::Confirmed& confirmed = *reply.mutable_confirmed();
  *confirmed.mutable_volume_context() = request.volume_context();
  *confirmed.mutable_volume_capabilities() = request.volume_capabilities();
  *confirmed.mutable_parameters() = request.parameters();
  return Status::OK;
}

Status list_volumes(const Store& store, const v1::ListVolumesRequest& request,
                    v1::ListVolumesResponse& reply) {
  const auto all = [](const Volume&) { return true; };
  const auto add = [&](const Volume& volume) {
    fill(*reply.add_entries()->mutable_volume(), volume);
  };
  return list_page(store.volumes(), request.max_entries(), request.starting_token(),
                   *reply.mutable_next_token(), all, add);
}

Status get_capacity(const Store& store, v1::GetCapacityResponse& reply) {
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(store.folder(), error);
  if (error) return status_of(errno_error("look at " + store.folder().string(), error.value()));
  reply.set_available_capacity(static_cast<std::int64_t>(space.available));
  return Status::OK;
}

}  // namespace devcluster::driver
