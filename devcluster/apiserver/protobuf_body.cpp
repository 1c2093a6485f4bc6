// The envelope is k8s.io/apimachinery/pkg/runtime.Unknown behind four magic bytes; field numbers
// are those of the generated.proto files in k8s.io/api and k8s.io/apimachinery.
#include "devcluster/apiserver/protobuf_body.hpp"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include "devcluster/apiserver/base64.hpp"
#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/object.hpp"

namespace devcluster::apiserver {

namespace {

constexpr std::string_view magic("k8s\0", 4);

enum class Type { text, bytes, integer, boolean, message, time, micro_time, text_map, bytes_map };

struct Field;
struct Message {
  const Field* fields;
  std::size_t count;
};
struct Field {
  std::uint32_t number;
  const char* name;
  Type type = Type::text;
  const Message* message = nullptr;
  bool repeated = false;
};

template <std::size_t N>
constexpr Message message_of(const Field (&fields)[N]) {
  return {fields, N};
}

constexpr Field owner_fields[] = {{5, "apiVersion"},
                                  {1, "kind"},
                                  {3, "name"},
                                  {4, "uid"},
                                  {6, "controller", Type::boolean},
                                  {7, "blockOwnerDeletion", Type::boolean}};
constexpr Message owner = message_of(owner_fields);

constexpr Field metadata_fields[] = {{1, "name"},
                                     {2, "generateName"},
                                     {3, "namespace"},
                                     {5, "uid"},
                                     {6, "resourceVersion"},
                                     {11, "labels", Type::text_map},
                                     {12, "annotations", Type::text_map},
                                     {13, "ownerReferences", Type::message, &owner, true},
                                     {14, "finalizers", Type::text, nullptr, true}};
constexpr Message metadata = message_of(metadata_fields);

constexpr Field namespace_spec_fields[] = {{1, "finalizers", Type::text, nullptr, true}};
constexpr Message namespace_spec = message_of(namespace_spec_fields);
constexpr Field namespace_fields[] = {{1, "metadata", Type::message, &metadata},
                                      {2, "spec", Type::message, &namespace_spec}};

constexpr Field secret_fields[] = {{1, "metadata", Type::message, &metadata},
                                   {2, "data", Type::bytes_map},
                                   {3, "type"},
                                   {4, "stringData", Type::text_map},
                                   {5, "immutable", Type::boolean}};

constexpr Field config_map_fields[] = {{1, "metadata", Type::message, &metadata},
                                       {2, "data", Type::text_map},
                                       {3, "binaryData", Type::bytes_map},
                                       {4, "immutable", Type::boolean}};

constexpr Field service_account_fields[] = {{1, "metadata", Type::message, &metadata}};

constexpr Field lease_spec_fields[] = {{1, "holderIdentity"},
                                       {2, "leaseDurationSeconds", Type::integer},
                                       {3, "acquireTime", Type::micro_time},
                                       {4, "renewTime", Type::micro_time},
                                       {5, "leaseTransitions", Type::integer}};
constexpr Message lease_spec = message_of(lease_spec_fields);
constexpr Field lease_fields[] = {{1, "metadata", Type::message, &metadata},
                                  {2, "spec", Type::message, &lease_spec}};

constexpr Field reference_fields[] = {{1, "kind"},     {2, "namespace"},  {3, "name"},
                                      {4, "uid"},      {5, "apiVersion"}, {6, "resourceVersion"},
                                      {7, "fieldPath"}};
constexpr Message reference = message_of(reference_fields);
constexpr Field source_fields[] = {{1, "component"}, {2, "host"}};
constexpr Message source = message_of(source_fields);
constexpr Field series_fields[] = {{1, "count", Type::integer},
                                   {2, "lastObservedTime", Type::micro_time}};
constexpr Message series = message_of(series_fields);
constexpr Field event_fields[] = {{1, "metadata", Type::message, &metadata},
                                  {2, "involvedObject", Type::message, &reference},
                                  {3, "reason"},
                                  {4, "message"},
                                  {5, "source", Type::message, &source},
                                  {6, "firstTimestamp", Type::time},
                                  {7, "lastTimestamp", Type::time},
                                  {8, "count", Type::integer},
                                  {9, "type"},
                                  {10, "eventTime", Type::micro_time},
                                  {11, "series", Type::message, &series},
                                  {12, "action"},
                                  {13, "related", Type::message, &reference},
                                  {14, "reportingComponent"},
                                  {15, "reportingInstance"}};

constexpr Field preconditions_fields[] = {{1, "uid"}, {2, "resourceVersion"}};
constexpr Message preconditions = message_of(preconditions_fields);
constexpr Field delete_options_fields[] = {{1, "gracePeriodSeconds", Type::integer},
                                           {2, "preconditions", Type::message, &preconditions},
                                           {3, "orphanDependents", Type::boolean},
                                           {4, "propagationPolicy"},
                                           {5, "dryRun", Type::text, nullptr, true}};

constexpr Field resource_attributes_fields[] = {
    {1, "namespace"}, {2, "verb"},        {3, "group"}, {4, "version"},
    {5, "resource"},  {6, "subresource"}, {7, "name"}};
constexpr Message resource_attributes = message_of(resource_attributes_fields);
constexpr Field access_spec_fields[] = {
    {1, "resourceAttributes", Type::message, &resource_attributes}};
constexpr Message access_spec = message_of(access_spec_fields);
constexpr Field access_fields[] = {{1, "metadata", Type::message, &metadata},
                                   {2, "spec", Type::message, &access_spec}};

struct KnownKind {
  std::string_view kind;
  Message message;
};
constexpr KnownKind known_kinds[] = {
    {"ConfigMap", message_of(config_map_fields)},
    {"DeleteOptions", message_of(delete_options_fields)},
    {"Event", message_of(event_fields)},
    {"Lease", message_of(lease_fields)},
    {"Namespace", message_of(namespace_fields)},
    {"Secret", message_of(secret_fields)},
    {"SelfSubjectAccessReview", message_of(access_fields)},
    {"ServiceAccount", message_of(service_account_fields)},
};

constexpr Field type_meta_fields[] = {{1, "apiVersion"}, {2, "kind"}};
constexpr Message type_meta = message_of(type_meta_fields);

// One field as it stands on the wire.
struct Piece {
  std::uint32_t number = 0;
  std::uint64_t value = 0;  // of a varint
  std::string_view bytes;   // of anything with a length
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  bool failed() const { return failed_; }

  std::optional<Piece> next() {
    if (rest_.empty() || failed_) return {};
    const std::uint64_t tag = varint();
    Piece piece;
    piece.number = static_cast<std::uint32_t>(tag >> 3);
    switch (tag & 7) {
      case 0:
        piece.value = varint();
        break;
      case 1:
        take(8);
        break;  // fixed64: no field of ours has it
      case 2:
        piece.bytes = take(varint());
        break;
      case 5:
        take(4);
        break;  // fixed32, likewise
      default:
        failed_ = true;
    }
    return failed_ ? std::nullopt : std::optional(piece);
  }

 private:
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    failed_ = true;
    return 0;
  }

  std::string_view take(std::uint64_t size) {
    failed_ = failed_ || size > rest_.size();
    if (failed_) return {};
    const std::string_view out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }

  std::string_view rest_;
  bool failed_ = false;
};

std::optional<Json> read(const Message& message, std::string_view bytes);

std::optional<Json> read_time(std::string_view bytes, bool micro) {
  Reader reader(bytes);
  std::int64_t seconds = 0, nanos = 0;
  while (const std::optional<Piece> piece = reader.next())
    (piece->number == 1 ? seconds : nanos) = static_cast<std::int64_t>(piece->value);
  if (reader.failed()) return {};
  std::string text = rfc3339(std::chrono::system_clock::time_point(std::chrono::seconds(seconds)));
  if (!micro) return text;
  char fraction[16];
  std::snprintf(fraction, sizeof fraction, ".%06dZ", static_cast<int>(nanos / 1000 % 1000000));
  text.pop_back();
  return text + fraction;
}

std::optional<Json> read_value(const Field& field, const Piece& piece) {
  switch (field.type) {
    case Type::text:
      return std::string(piece.bytes);
    case Type::bytes:
      return base64_of(piece.bytes);
    case Type::integer:
      return static_cast<std::int64_t>(piece.value);
    case Type::boolean:
      return piece.value != 0;
    case Type::message:
      return read(*field.message, piece.bytes);
    case Type::time:
      return read_time(piece.bytes, false);
    case Type::micro_time:
      return read_time(piece.bytes, true);
    case Type::text_map:
    case Type::bytes_map:
      break;
  }
  return {};
}

// A map is a repeated message of key and value.
bool read_entry(const Field& field, std::string_view bytes, Json& map) {
  const Type value = field.type == Type::bytes_map ? Type::bytes : Type::text;
  const Field fields[] = {{1, "key"}, {2, "value", value}};
  const std::optional<Json> entry = read(message_of(fields), bytes);
  if (!entry) return false;
  map[std::string(text(*entry, "key"))] = text(*entry, "value");
  return true;
}

bool read_field(const Field& field, const Piece& piece, Json& object) {
  if (field.type == Type::text_map || field.type == Type::bytes_map)
    return read_entry(field, piece.bytes, object[field.name]);
  std::optional<Json> value = read_value(field, piece);
  if (!value) return false;
  // Go writes empty texts of fields that are not pointers; in JSON they are left out.
  if (field.repeated)
    object[field.name].push_back(std::move(*value));
  else if (!value->is_string() || !value->get_ref<const std::string&>().empty())
    object[field.name] = std::move(*value);
  return true;
}

std::optional<Json> read(const Message& message, std::string_view bytes) {
  Json object = Json::object();
  Reader reader(bytes);
  while (const std::optional<Piece> piece = reader.next())
    for (std::size_t i = 0; i < message.count; ++i)
      if (message.fields[i].number == piece->number &&
          !read_field(message.fields[i], *piece, object))
        return {};
  if (reader.failed()) return {};
  return object;
}

}  // namespace

std::optional<Json> object_in_protobuf(std::string_view bytes) {
  if (!bytes.starts_with(magic)) return {};
  std::optional<Json> type = Json::object();
  std::string_view raw;
  Reader envelope(bytes.substr(magic.size()));
  while (const std::optional<Piece> piece = envelope.next()) {
    if (piece->number == 1) type = read(type_meta, piece->bytes);
    if (piece->number == 2) raw = piece->bytes;
  }
  if (envelope.failed() || !type) return {};
  for (const KnownKind& known : known_kinds) {
    if (known.kind != text(*type, "kind")) continue;
    std::optional<Json> object = read(known.message, raw);
    if (object) object->update(*type);
    return object;
  }
  return {};
}

}  // namespace devcluster::apiserver
