#include "kube/api/warnings.hpp"

#include <catch2/catch.hpp>

namespace kube {
namespace {

TEST_CASE("the texts in a Warning header") {
  using Texts = std::vector<std::string>;
  struct Row {
    const char* sentence;
    std::string header;
    Texts texts;
  };
  const Row table[] = {
      {"one", R"(299 - "a is old")", {"a is old"}},
      {"several, one of them with a comma", R"(299 - "a, b", 299 agent/1 "c")", {"a, b", "c"}},
      {"one with a date", R"(299 - "a" "Wed, 21 Oct 2015 07:28:00 GMT", 299 - "b")", {"a", "b"}},
      {"escapes", R"(299 - "a \"b\" \\")", {R"(a "b" \)"}},
      {"other codes and empty texts do not count", R"(199 - "a", 299 - "", 299 - "b")", {"b"}},
      {"control characters end it", "299 - \"a\", 299 - \"b\x1b[31m\"", {"a"}},
      {"so does a string without an end", R"(299 - "a", 299 - "b)", {"a"}},
      {"or what is no warning", "hello", {}},
      {"nothing", "", {}},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    CHECK(warning_texts(row.header) == row.texts);
  }
}

TEST_CASE("a warning is new once, and at most 256 are") {
  Warnings warnings;
  CHECK(warnings.is_new("0"));
  CHECK_FALSE(warnings.is_new("0"));
  for (int i = 1; i < 256; ++i) CHECK(warnings.is_new(std::to_string(i)));
  CHECK_FALSE(warnings.is_new("256"));
}

}  // namespace
}  // namespace kube
