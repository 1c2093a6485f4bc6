#include "snapshot/secret_ref.hpp"

#include <catch2/catch.hpp>

#include "tests/support/contents.hpp"

using namespace tests;
using snapshot::ContentView;

namespace {

constexpr const char* name_key = "csi.storage.k8s.io/snapshotter-list-secret-name";
constexpr const char* namespace_key = "csi.storage.k8s.io/snapshotter-list-secret-namespace";

// "namespace/name", "none", or the error.
std::string resolved(const snapshot::Parameters& parameters) {
  const auto content = content_with();
  const auto ref = look_up_secret_ref(ContentView(content), parameters);
  if (!ref) return ref.error().text();
  return *ref ? (*ref)->space + "/" + (*ref)->name : "none";
}

std::string resolved(const char* space, const char* name) {
  return resolved({{namespace_key, space}, {name_key, name}});
}

}  // namespace

TEST_CASE("the secret for look-ups, from the parameters of the class") {
  const std::string both =
      std::string(": ") + name_key + " and " + namespace_key + " must both be set, or neither";
  CHECK(resolved({}) == "none");
  CHECK(resolved({{"tier", "hot"}}) == "none");
  CHECK(resolved("team-a", "creds") == "team-a/creds");
  CHECK(resolved({{name_key, "creds"}}) ==
        std::string("the class parameter ") + namespace_key + " is missing" + both);
  CHECK(resolved({{namespace_key, "team-a"}}) ==
        std::string("the class parameter ") + name_key + " is missing" + both);
  CHECK(resolved("", "creds") ==
        std::string("the class parameter ") + namespace_key + " is empty" + both);
}

TEST_CASE("its templates know the content's name and nothing else") {
  CHECK(resolved("ns-${volumesnapshotcontent.name}", "${volumesnapshotcontent.name}.creds") ==
        "ns-content-1/content-1.creds");
  CHECK(resolved("team-a", "${volumesnapshot.name}") ==
        "error resolving value \"${volumesnapshot.name}\": invalid tokens: "
        "[\"volumesnapshot.name\"]");
  CHECK(resolved("$NAMESPACE-x", "creds") ==
        "error resolving value \"$NAMESPACE-x\": invalid tokens: [\"NAMESPACE\"]");
  CHECK(resolved("team-a", "${volumesnapshotcontent.name") == "team-a/content-1");
}

TEST_CASE("what they resolve to must be able to name a namespace and a secret") {
  CHECK(resolved("Team", "creds") == "\"Team\" is not a valid namespace name");
  CHECK(resolved("a.b", "creds") == "\"a.b\" is not a valid namespace name");
  CHECK(resolved("team-a", "a.b-c") == "team-a/a.b-c");
  CHECK(resolved("team-a", "-a") == "\"-a\" is not a valid secret name");
  CHECK(resolved("team-a", "a..b") == "\"a..b\" is not a valid secret name");
  CHECK(resolved("team-a", "${volumesnapshotcontent.name}_x") ==
        "\"${volumesnapshotcontent.name}_x\" resolved to \"content-1_x\" which is not a valid "
        "secret name");
}

TEST_CASE("the secret for groups is named by keys of their own") {
  const auto content = group_content_with();
  const auto ref =
      look_up_secret_ref(ContentView(content, snapshot::grouped),
                         {{"csi.storage.k8s.io/group-snapshotter-get-secret-name",
                           "${volumegroupsnapshotcontent.name}"},
                          {"csi.storage.k8s.io/group-snapshotter-get-secret-namespace", "team-a"},
                          {name_key, "not-this"},
                          {namespace_key, "nor-this"}});
  REQUIRE(ref.has_value());
  REQUIRE(ref->has_value());
  CHECK((*ref)->space == "team-a");
  CHECK((*ref)->name == "group-1");
}
