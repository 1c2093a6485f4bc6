#include "kube/http/list_framer.hpp"

#include <vector>

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

namespace kube {
namespace {

namespace json = boost::json;

struct Taken {
  base::Result<ListEnvelope> envelope;
  std::vector<json::value> items;
};

Taken take(const std::vector<std::string_view>& pieces, std::size_t limit = 1 << 20) {
  std::vector<json::value> items;
  ListFramer framer([&](json::value&& item) { items.push_back(std::move(item)); }, limit);
  for (const std::string_view piece : pieces)
    if (const auto fed = framer.feed(piece); !fed) return {fed.error(), std::move(items)};
  return {framer.finish(), std::move(items)};
}

const std::string list = R"( {"kind":"WidgetList","apiVersion":"v1",
  "metadata":{"resourceVersion":"12","managedFields":[{"continue":"no"}],"continue":"c\u00e4\n",
              "remainingItemCount":3, "extra":{"resourceVersion":"no"}},
  "items":[{"metadata":{"name":"a","items":[1,[],{}],"kind":"x"},"s":"\u20ac\"\\"},
           {"n":[-1,18446744073709551615,1.5,1e3,true,false,null]},{}],
  "later":{"items":[{"no":1}],"kind":"no"},"other":[[{"kind":"no"}]],"number":7,"no":null} )";

const json::array items = json::parse(list).at("items").as_array();

TEST_CASE("a list comes out the same however its bytes are cut in two") {
  for (std::size_t cut = 0; cut <= list.size(); ++cut) {
    const std::string_view bytes = list;
    const Taken taken = take({bytes.substr(0, cut), bytes.substr(cut)});
    REQUIRE(taken.envelope.has_value());
    REQUIRE(taken.envelope->kind == "WidgetList");
    REQUIRE(taken.envelope->resource_version == "12");
    REQUIRE(taken.envelope->continue_token == "c\xc3\xa4\n");
    REQUIRE(taken.envelope->items == 3);
    REQUIRE(json::array(taken.items.begin(), taken.items.end()) == items);
  }
}

TEST_CASE("a list comes out the same byte by byte") {
  std::vector<std::string_view> bytes;
  for (const char& c : list) bytes.emplace_back(&c, 1);
  const Taken taken = take(bytes);
  REQUIRE(taken.envelope.has_value());
  CHECK(taken.envelope->continue_token == "c\xc3\xa4\n");
  CHECK(json::array(taken.items.begin(), taken.items.end()) == items);
}

TEST_CASE("an item is handed out before the next one has come") {
  int seen = 0;
  ListFramer framer([&](json::value&&) { ++seen; });
  REQUIRE(framer.feed(R"({"items":[{"a":1})").has_value());
  CHECK(seen == 1);
  CHECK(framer.handed_out() == 1);
  REQUIRE(framer.feed(R"(,{"b":2}],"metadata":{"resourceVersion":"3"},"kind":"L"})").has_value());
  CHECK(seen == 2);
  CHECK(framer.finish()->resource_version == "3");
}

TEST_CASE("an empty list may be null, as Go writes it") {
  for (const char* text :
       {R"({"items":[]})", R"({"items":null})", R"({"metadata":{},"items":[ ]})"}) {
    const Taken taken = take({text});
    CHECK(taken.envelope.has_value());
    CHECK(taken.items.empty());
  }
}

TEST_CASE("what is not a list is refused") {
  const std::string deep(300, '[');
  struct Row {
    const char* sentence;
    std::string text;
    const char* error;
  };
  const Row table[] = {
      {"nothing", "", "incomplete JSON"},
      {"half a list", R"({"items":[{"a":1})", "incomplete JSON"},
      {"an object of another kind", R"({"kind":"Status","metadata":{}})",
       "it has no items, its kind is \"Status\""},
      {"items that are no list", R"({"items":{}})", "it has no items, its kind is \"\""},
      {"an array", "[]", "value is not an object"},
      {"a number", "12 ", "value is not an object"},
      {"a text page", "<html>", "syntax error"},
      {"an item that is a number", R"({"items":[1]})", "value is not an object"},
      {"an item that is a list", R"({"items":[[]]})", "value is not an object"},
      {"two lists", R"({"items":[]}{)", "something follows its end"},
      {"items that nest without end", R"({"items":[{"a":)" + deep, "too deep"},
      {"bytes that are no UTF-8", "{\"items\":[{\"a\":\"\xff\"}]}", ""},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    const Taken taken = take({row.text});
    REQUIRE(taken.envelope.has_error());
    CHECK(taken.envelope.error().kind() == base::ErrorKind::malformed);
    CHECK_THAT(taken.envelope.error().text(),
               Catch::StartsWith(std::string("the answer is not a list: ") + row.error));
  }
}

TEST_CASE("items nest as deep as custom resources do") {
  const std::string text =
      R"({"items":[{"a":)" + std::string(250, '[') + std::string(250, ']') + "}]}";
  CHECK(take({text}).envelope.has_value());
}

TEST_CASE("an item has a limit, a list has none") {
  constexpr std::size_t limit = 100 * 1024;
  const std::string small = R"({"a":")" + std::string(limit - 1024, 'x') + R"("})";
  std::string text = R"({"items":[)" + small;
  for (int i = 0; i < 20; ++i) text += "," + small;
  CHECK(take({text + "]}"}, limit).items.size() == 21);
  const std::string large = R"({"a":")" + std::string(limit + 64 * 1024, 'x') + R"("})";
  const Taken taken = take({R"({"items":[{},)" + large + "]}"}, limit);
  CHECK(taken.envelope.error().text() ==
        "the answer is not a list: an item is larger than 102400 bytes");
  CHECK(taken.items.size() == 1);
}

}  // namespace
}  // namespace kube
