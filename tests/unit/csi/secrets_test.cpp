#include "csi/secrets.hpp"

#include <algorithm>
#include <type_traits>

#include <catch2/catch.hpp>

namespace {

constexpr char short_secret[] = "hunter2";
constexpr char long_secret[] = "correct horse battery staple, and then some";

bool all_zero(const char* begin, std::size_t size) {
  return std::all_of(begin, begin + size, [](char c) { return c == 0; });
}

}  // namespace

static_assert(!std::is_copy_constructible_v<csi::Secrets>);
static_assert(!std::is_copy_assignable_v<csi::Secrets>);

TEST_CASE("wiping leaves zeros where the text was, in the string itself or on the heap") {
  for (const char* secret : {short_secret, long_secret}) {
    INFO(secret);
    std::string text = secret;
    const char* where = text.data();
    const std::size_t size = text.size();
    csi::wipe(text);
    CHECK(text.empty());
    REQUIRE(text.data() == where);  // nothing was moved before it was overwritten
    CHECK(all_zero(where, size));
  }
}

TEST_CASE("wiping a string that was longer before clears the rest, too") {
  std::string text = long_secret;
  const char* where = text.data();
  text.resize(3);
  csi::wipe(text);
  REQUIRE(text.data() == where);
  CHECK(all_zero(where, sizeof(long_secret) - 1));
}

TEST_CASE("secrets move from one owner to the next") {
  csi::Secrets first;
  first.set("user", "admin");
  first.set("password", short_secret);
  first.set("password", long_secret);  // the last one holds
  CHECK(first.size() == 2);
  CHECK(first.values().at("password") == long_secret);

  csi::Secrets second(std::move(first));
  CHECK(first.size() == 0);
  CHECK(second.values().at("user") == "admin");

  csi::Secrets third;
  third.set("old", "gone");
  third = std::move(second);
  CHECK(second.size() == 0);
  CHECK(third.size() == 2);
  CHECK(!third.values().contains("old"));
}
