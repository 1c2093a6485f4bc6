#include "devcluster/apiserver/protobuf_body.hpp"

#include <catch2/catch.hpp>

namespace devcluster::apiserver {
namespace {

// A field with a length: its tag, the length, the bytes. All of ours are shorter than 128.
std::string field(int number, const std::string& bytes) {
  return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(bytes.size())} + bytes;
}

std::string enveloped(const std::string& kind, const std::string& raw) {
  return std::string("k8s\0", 4) + field(1, field(1, "v1") + field(2, kind)) + field(2, raw);
}

TEST_CASE("a secret as kubectl creates it") {
  const std::string metadata =
      field(1, "s") + field(3, "") + field(11, field(1, "a") + field(2, "b"));
  const std::string raw =
      field(1, metadata) + field(2, field(1, "key") + field(2, "value")) + field(3, "Opaque");
  const std::optional<Json> object = object_in_protobuf(enveloped("Secret", raw));
  REQUIRE(object);
  CHECK(*object == Json::parse(R"({"apiVersion":"v1","kind":"Secret","type":"Opaque",
      "metadata":{"name":"s","labels":{"a":"b"}},"data":{"key":"dmFsdWU="}})"));
}

TEST_CASE("a lease with its times and numbers") {
  const std::string time = {8, 1, 16, static_cast<char>(0xC0), static_cast<char>(0x84), 0x3D};
  const std::string spec = field(1, "me") + std::string{16, 15} + field(3, time);
  const std::optional<Json> object =
      object_in_protobuf(enveloped("Lease", field(1, field(1, "l")) + field(2, spec)));
  REQUIRE(object);
  CHECK((*object)["spec"] == Json::parse(R"({"holderIdentity":"me","leaseDurationSeconds":15,
      "acquireTime":"1970-01-01T00:00:01.001000Z"})"));
}

TEST_CASE("lists keep every element") {
  const std::string raw = field(1, field(1, "n")) + field(2, field(1, "a") + field(1, "b"));
  const std::optional<Json> object = object_in_protobuf(enveloped("Namespace", raw));
  REQUIRE(object);
  CHECK((*object)["spec"]["finalizers"] == Json({"a", "b"}));
}

TEST_CASE("what cannot be read is nothing") {
  const std::string whole = enveloped("Secret", field(1, field(1, "s")));
  CHECK_FALSE(object_in_protobuf(""));
  CHECK_FALSE(object_in_protobuf("{}"));
  CHECK_FALSE(object_in_protobuf(enveloped("Gadget", "")));
  CHECK_FALSE(object_in_protobuf(enveloped("Secret", "\x0A\x7F")));
  for (std::size_t length = 0; length < whole.size(); ++length)
    if (const auto object = object_in_protobuf(std::string_view(whole).substr(0, length)))
      CHECK(object->contains("kind"));
}

}  // namespace
}  // namespace devcluster::apiserver
