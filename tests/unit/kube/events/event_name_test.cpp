#include "kube/events/event_name.hpp"

#include <catch2/catch.hpp>

TEST_CASE("an event is named after its subject and its instant") {
  constexpr base::WallTime at{std::chrono::nanoseconds(0x18a7b2c3d4e5f601)};
  struct Row {
    const char* sentence;
    std::string subject;
    bool by_subject;
  };
  const Row table[] = {
      {"a content", "snapcontent-1", true},
      {"a name with dots", "csi.example.com", true},
      {"a name that is as long as leaves room for the time", std::string(236, 'a'), true},
      {"one letter more is too long", std::string(237, 'a'), false},
      {"a name in capitals", "Content", false},
      {"a name that ends with a hyphen", "content-", false},
      {"an empty name", "", false},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    const std::string name = kube::event_name(row.subject, at);
    if (row.by_subject) {
      CHECK(name == row.subject + ".18a7b2c3d4e5f601");
      continue;
    }
    CHECK(name.size() == 36);
    CHECK(name[8] == '-');
    CHECK(name == kube::event_name(row.subject, at));
    CHECK(name != kube::event_name(row.subject, at + std::chrono::nanoseconds(1)));
  }
}
