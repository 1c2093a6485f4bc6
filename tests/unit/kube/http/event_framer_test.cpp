#include "kube/http/event_framer.hpp"

#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

namespace kube {
namespace {

namespace json = boost::json;

struct Taken {
  base::Result<void> fed;
  std::vector<std::string> events;
};

Taken take(const std::vector<std::string_view>& pieces, std::size_t limit = 1 << 20) {
  Taken taken;
  EventFramer framer(limit);
  const auto sink = [&](json::value&& event) {
    taken.events.push_back(json::serialize(event));
    return base::Result<void>();
  };
  for (const std::string_view piece : pieces) {
    taken.fed = framer.feed(piece, sink);
    if (!taken.fed) break;
  }
  return taken;
}

TEST_CASE("events come out the same however their bytes are cut in two") {
  const std::string bytes =
      "\n{\"a\":\"}{\\\"\"}\n{\"b\":[1,{\"c\":null}]}{}\r\n {\n  \"d\" : 1.5,\n\t\"e\": {}\n}\n";
  const std::vector<std::string> events = {R"({"a":"}{\""})", R"({"b":[1,{"c":null}]})", "{}",
                                           R"({"d":1.5E0,"e":{}})"};
  const std::string_view view = bytes;
  for (std::size_t cut = 0; cut <= view.size(); ++cut) {
    const Taken taken = take({view.substr(0, cut), view.substr(cut)});
    REQUIRE(taken.fed.has_value());
    REQUIRE(taken.events == events);
  }
  std::vector<std::string_view> single;
  for (const char& c : bytes) single.emplace_back(&c, 1);
  CHECK(take(single).events == events);
}

TEST_CASE("half an event at the end is dropped without complaint") {
  const Taken taken = take({R"({"a":1}{"b":)"});
  CHECK(taken.fed.has_value());
  CHECK(taken.events.size() == 1);
}

TEST_CASE("what is no event is refused") {
  for (const char* text :
       {"[]", "1 ", "null", "<html>", R"({"a":1}x)", R"({"a":1}})", "{\"a\":\"\xff\"}"}) {
    INFO(text);
    const Taken taken = take({text});
    REQUIRE(taken.fed.has_error());
    CHECK(taken.fed.error().kind() == base::ErrorKind::malformed);
  }
}

TEST_CASE("an event has a limit, the stream has none") {
  const auto event = [](std::size_t size) {
    return R"({"a":")" + std::string(size - 8, 'x') + R"("})";
  };
  std::string stream;
  for (int i = 0; i < 100; ++i) stream += event(1000);
  CHECK(take({stream}, 1000).events.size() == 100);
  const Taken taken = take({event(10) + event(1001)}, 1000);
  CHECK(taken.events.size() == 1);
  CHECK(taken.fed.error().text() ==
        "the watch sent what is no event: it is larger than 1000 bytes");
}

TEST_CASE("by default an event of 16 MiB passes and one of 17 does not") {
  EventFramer framer;
  const auto sink = [](json::value&&) { return base::Result<void>(); };
  const std::string mebibyte(1 << 20, 'x');
  REQUIRE(framer.feed(R"({"a":")", sink).has_value());
  for (int i = 0; i < 15; ++i) REQUIRE(framer.feed(mebibyte, sink).has_value());
  REQUIRE(framer.feed("\"}", sink).has_value());
  REQUIRE(framer.feed(R"({"a":")", sink).has_value());
  for (int i = 0; i < 15; ++i) REQUIRE(framer.feed(mebibyte, sink).has_value());
  CHECK(framer.feed(mebibyte + mebibyte, sink).has_error());
}

TEST_CASE("the sink may end the stream") {
  EventFramer framer;
  int seen = 0;
  const auto fed = framer.feed("{}{}{}", [&](json::value&&) -> base::Result<void> {
    if (++seen < 2) return {};
    return base::Error(base::ErrorKind::expired, "enough");
  });
  CHECK(fed.error().text() == "enough");
  CHECK(seen == 2);
}

}  // namespace
}  // namespace kube
