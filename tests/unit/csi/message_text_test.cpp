#include "csi/message_text.hpp"

#include <google/protobuf/text_format.h>
#include <catch2/catch.hpp>

#include "csi-spec/csi.pb.h"

namespace {

// The message in protobuf's own text form.
template <class Message>
std::string text_of(const std::string& given) {
  Message message;
  REQUIRE(google::protobuf::TextFormat::ParseFromString(given, &message));
  return csi::message_text(message);
}

}  // namespace

using namespace csi::v1;

TEST_CASE("a message is one line of JSON without its secrets") {
  CHECK(text_of<ProbeRequest>("") == "{}");
  CHECK(text_of<CreateSnapshotRequest>(R"(
            source_volume_id: "vol-1" name: "snapshot-7"
            secrets { key: "password" value: "hunter2" }
            parameters { key: "b" value: "2" } parameters { key: "a" value: "say \"1\"\n" })") ==
        R"({"name":"snapshot-7","parameters":{"a":"say \"1\"\n","b":"2"},)"
        R"("secrets":"***stripped***","source_volume_id":"vol-1"})");
  CHECK(text_of<CreateSnapshotResponse>(R"(
            snapshot { size_bytes: 5000000000 snapshot_id: "s-1" ready_to_use: true
                       creation_time { seconds: 1700000000 nanos: 5 } })") ==
        R"({"snapshot":{"creation_time":{"nanos":5,"seconds":1700000000},)"
        R"("ready_to_use":true,"size_bytes":5000000000,"snapshot_id":"s-1"}})");
}

TEST_CASE("enums have their name, lists their brackets, false wrappers are there") {
  CHECK(text_of<ControllerGetCapabilitiesResponse>(
            "capabilities { rpc { type: CREATE_DELETE_SNAPSHOT } }"
            "capabilities { rpc { type: LIST_SNAPSHOTS } }") ==
        R"({"capabilities":[{"rpc":{"type":"CREATE_DELETE_SNAPSHOT"}},)"
        R"({"rpc":{"type":"LIST_SNAPSHOTS"}}]})");
  CHECK(text_of<ProbeResponse>("ready {}") == R"({"ready":{}})");
  CHECK(text_of<CreateVolumeGroupSnapshotRequest>(
            R"(source_volume_ids: "a" source_volume_ids: "b")") ==
        R"({"source_volume_ids":["a","b"]})");
}

TEST_CASE("an enum value from a later version is shown as its number") {
  ControllerServiceCapability capability;
  capability.mutable_rpc()->set_type(static_cast<ControllerServiceCapability::RPC::Type>(99));
  CHECK(csi::message_text(capability) == R"({"rpc":{"type":99}})");
}

TEST_CASE("no request of CSI shows what is in its secrets") {
  const google::protobuf::FileDescriptor& file = *Snapshot::descriptor()->file();
  int with_secrets = 0;
  for (int i = 0; i < file.message_type_count(); ++i) {
    const google::protobuf::Descriptor& type = *file.message_type(i);
    const google::protobuf::FieldDescriptor* secrets = type.FindFieldByName("secrets");
    if (!secrets) continue;
    ++with_secrets;
    INFO(type.name());
    const auto* prototype =
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type);
    const std::unique_ptr<google::protobuf::Message> message(prototype->New());
    google::protobuf::TextFormat::ParseFromString(R"(secrets { key: "k" value: "hunter2" })",
                                                  message.get());
    CHECK(csi::message_text(*message) == R"({"secrets":"***stripped***"})");
  }
  CHECK(with_secrets == 19);
}
