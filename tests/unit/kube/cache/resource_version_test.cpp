#include "kube/cache/resource_version.hpp"

#include <string>

#include <catch2/catch.hpp>

TEST_CASE("versions are decimal numbers of any length, or cannot be compared") {
  struct Row {
    const char* sentence;
    std::string left, right;
    std::partial_ordering expected;
  };
  const Row table[] = {
      {"the same text is the same version", "7", "7", std::partial_ordering::equivalent},
      {"more digits are more", "9", "10", std::partial_ordering::less},
      {"of the same length the digits decide", "128", "127", std::partial_ordering::greater},
      {"beyond 64 bits nothing changes", "99999999999999999999", "100000000000000000000",
       std::partial_ordering::less},
      {"beyond 64 bits the last digit counts", "18446744073709551617", "18446744073709551616",
       std::partial_ordering::greater},
      {"a leading zero is no version", "07", "8", std::partial_ordering::unordered},
      {"zero is no version", "0", "8", std::partial_ordering::unordered},
      {"nothing is no version", "", "8", std::partial_ordering::unordered},
      {"letters are no version", "8", "9a", std::partial_ordering::unordered},
      {"a sign is no version", "-8", "9", std::partial_ordering::unordered},
      {"what is no version equals itself", "x", "x", std::partial_ordering::equivalent},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    CHECK((kube::compare_versions(row.left, row.right) == row.expected));
  }
}
