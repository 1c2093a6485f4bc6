#include "devcluster/apiserver/selector.hpp"

#include <catch2/catch.hpp>

namespace devcluster::apiserver {
namespace {

Kind widget_kind() {
  Kind kind;
  kind.namespaced = true;
  kind.selectable_fields = {".spec.color"};
  return kind;
}

const Json& widget() {
  static const Json object = Json::parse(
      R"({"metadata":{"name":"a","namespace":"default","labels":{"app":"web","n":"5","empty":""}},
          "spec":{"color":"red"}})");
  return object;
}

TEST_CASE("label selectors follow the grammar of Kubernetes") {
  struct Row {
    const char* selector;
    bool matches;
  };
  const Row row = GENERATE(values<Row>({
      {"", true},
      {"app=web", true},
      {"app==web", true},
      {"app = web , n = 5", true},
      {"app!=web", false},
      {"other!=web", true},
      {"app in (web, db)", true},
      {"app in (db)", false},
      {"app notin (db)", true},
      {"other notin (db)", true},
      {"app", true},
      {"!app", false},
      {"!other", true},
      {"empty=", true},
      {"empty in ()", true},
      {"n>4", true},
      {"n>5", false},
      {"n<6", true},
      {"app<6", false},
      {"app=web,other", false},
      {"app.kubernetes.io/name", false},
  }));
  INFO(row.selector);
  const Answer<Selector> selector = Selector::parse(widget_kind(), row.selector, "");
  REQUIRE(selector.has_value());
  CHECK(selector->matches(widget()) == row.matches);
}

TEST_CASE("text that is no label selector is a bad request") {
  const std::string text =
      GENERATE("app in web", "app in (web", "=web", "app=web,", "n>big", "a b");
  INFO(text);
  const Answer<Selector> selector = Selector::parse(widget_kind(), text, "");
  REQUIRE_FALSE(selector.has_value());
  CHECK(selector.error().code() == 400);
}

TEST_CASE("field selectors compare the fields that a kind offers") {
  struct Row {
    const char* selector;
    bool matches;
  };
  const Row row = GENERATE(values<Row>({
      {"metadata.name=a", true},
      {"metadata.name==a", true},
      {"metadata.name!=a", false},
      {"metadata.name=a,metadata.namespace=default", true},
      {"spec.color=blue", false},
      {"spec.color!=blue", true},
  }));
  INFO(row.selector);
  const Answer<Selector> selector = Selector::parse(widget_kind(), "", row.selector);
  REQUIRE(selector.has_value());
  CHECK(selector->matches(widget()) == row.matches);
}

TEST_CASE("a field that the kind does not offer is named in the refusal") {
  const Answer<Selector> selector = Selector::parse(widget_kind(), "", "spec.size=1");
  REQUIRE_FALSE(selector.has_value());
  CHECK(selector.error().code() == 400);
  CHECK(selector.error().message() == "field label not supported: spec.size");
}

TEST_CASE("cluster-scoped kinds have no namespace to select by") {
  CHECK_FALSE(Selector::parse(Kind(), "", "metadata.namespace=default").has_value());
}

}  // namespace
}  // namespace devcluster::apiserver
