#include "kube/config/base64.hpp"

#include <catch2/catch.hpp>

namespace kube {
namespace {

TEST_CASE("base64 as in RFC 4648, section 10") {
  const std::pair<const char*, const char*> table[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {"\xff\xfe", "//4="},
  };
  for (const auto& [bytes, text] : table) {
    CHECK(base64_encode(bytes) == text);
    CHECK(base64_decode(text) == bytes);
  }
  CHECK(base64_decode("Zm9v\nYmFy\n") == "foobar");
}

TEST_CASE("what is not base64 with its padding is refused") {
  for (const char* text :
       {"Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zg==Zg==", "Zm9v!", "Zm-_"})
    CHECK_FALSE(base64_decode(text).has_value());
}

}  // namespace
}  // namespace kube
