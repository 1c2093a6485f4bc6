#include "kube/cache/identity.hpp"

#include <catch2/catch.hpp>

#include "base/json.hpp"

namespace {

boost::json::value object_with(boost::json::object metadata) {
  return {{"metadata", std::move(metadata)}, {"spec", {{"driver", "d"}}}};
}

}  // namespace

TEST_CASE("an object is known by namespace, name and uid") {
  const auto cluster = object_with({{"name", "a"}, {"uid", "u"}, {"resourceVersion", "7"}});
  const auto spaced = object_with({{"name", "a"}, {"uid", "u"}, {"namespace", "x"}});
  REQUIRE(kube::identity_of(cluster));
  CHECK(kube::identity_of(cluster)->key == "a");
  CHECK(kube::identity_of(cluster)->uid == "u");
  CHECK(kube::identity_of(cluster)->version == "7");
  REQUIRE(kube::identity_of(spaced));
  CHECK(kube::identity_of(spaced)->key == "x/a");
  CHECK(kube::identity_of(spaced)->version.empty());
}

TEST_CASE("what has no name or no uid is nobody") {
  for (const boost::json::value& nobody :
       {object_with({{"name", "a"}}), object_with({{"uid", "u"}}),
        object_with({{"name", 7}, {"uid", "u"}}), boost::json::value{{"metadata", 7}},
        boost::json::value("text"), boost::json::value(nullptr)}) {
    INFO(nobody);
    CHECK_FALSE(kube::identity_of(nobody));
  }
}

TEST_CASE("managedFields go, the rest stays, and nothing is made of what is no object") {
  auto object = object_with({{"managedFields", {1, 2}}, {"name", "a"}, {"uid", "u"}});
  kube::strip_managed_fields(object);
  CHECK(object == object_with({{"name", "a"}, {"uid", "u"}}));
  for (boost::json::value odd : {boost::json::value("text"), boost::json::value{{"metadata", 7}}}) {
    const boost::json::value before = odd;
    kube::strip_managed_fields(odd);
    CHECK(odd == before);
  }
}
