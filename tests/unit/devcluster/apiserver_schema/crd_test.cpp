#include "devcluster/apiserver/crd.hpp"

#include <functional>

#include <catch2/catch.hpp>

#include "tests/unit/devcluster/apiserver_schema/support.hpp"

namespace devcluster::apiserver {
namespace {

using Change = std::function<void(Json& crd)>;

Json definition_with(const Change& change) {
  Json crd =
      backup_definition(j("{'type': 'object', 'properties': {'size': {'type': 'integer'},"
                          "'spec': {'type': 'object'}}}"));
  change(crd);
  return crd;
}

Json& first_version(Json& crd) {
  return crd["spec"]["versions"][0];
}

}  // namespace

TEST_CASE("a definition that cannot be served says which field is wrong") {
  struct Row {
    const char* sentence;
    Change change;
    const char* expected;
  };
  const Row row = GENERATE(values<Row>({
      {"another version of the API",
       [](Json& crd) { crd["apiVersion"] = "apiextensions.k8s.io/v1beta1"; },
       "apiVersion: Invalid value: \"apiextensions.k8s.io/v1beta1\": must be "
       "apiextensions.k8s.io/v1"},
      {"no spec", [](Json& crd) { crd.erase("spec"); }, "spec.group: Required value"},
      {"no kind", [](Json& crd) { crd["spec"]["names"].erase("kind"); },
       "spec.names.kind: Required value"},
      {"the name is not made of plural and group",
       [](Json& crd) { crd["metadata"]["name"] = "backup"; },
       "metadata.name: Invalid value: \"backup\": must be spec.names.plural+\".\"+spec.group, "
       "which "
       "is \"backups.example.com\""},
      {"no such scope", [](Json& crd) { crd["spec"]["scope"] = "Global"; },
       "spec.scope: Unsupported value: \"Global\": supported values: \"Cluster\", \"Namespaced\""},
      {"a group of Kubernetes without approval",
       [](Json& crd) {
         crd["spec"]["group"] = "backup.k8s.io";
         crd["metadata"]["name"] = "backups.backup.k8s.io";
       },
       "metadata.annotations[api-approved.kubernetes.io]: Required value: "},
      {"no versions", [](Json& crd) { crd["spec"]["versions"] = Json::array(); },
       "spec.versions: Required value"},
      {"versions that are no list", [](Json& crd) { crd["spec"]["versions"] = "v1"; },
       "spec.versions: Required value"},
      {"served is not said", [](Json& crd) { first_version(crd).erase("served"); },
       "spec.versions[0].served: Required value"},
      {"no version is stored", [](Json& crd) { first_version(crd)["storage"] = false; },
       "spec.versions: Invalid value: must have exactly one version marked as storage version"},
      {"no schema", [](Json& crd) { first_version(crd).erase("schema"); },
       "spec.versions[0].schema.openAPIV3Schema: Required value"},
      {"a schema that cannot be used",
       [](Json& crd) {
         first_version(crd)["schema"]["openAPIV3Schema"]["properties"]["size"]["type"] = "int";
       },
       "spec.versions[0].schema.openAPIV3Schema.properties[size].type: Unsupported value: \"int\""},
      {"a column without a path",
       [](Json& crd) {
         first_version(crd)["additionalPrinterColumns"] =
             j("[{'name': 'Size', 'type': 'integer'}]");
       },
       "spec.versions[0].additionalPrinterColumns[0].jsonPath: Required value"},
      {"a column of an unknown type",
       [](Json& crd) {
         first_version(crd)["additionalPrinterColumns"] =
             j("[{'name': 'Size', 'type': 'bytes', 'jsonPath': '.size'}]");
       },
       "spec.versions[0].additionalPrinterColumns[0].type: Invalid value: \"bytes\""},
      {"selection by a field that is not there",
       [](Json& crd) { first_version(crd)["selectableFields"] = j("[{'jsonPath': '.spec.x'}]"); },
       "spec.versions[0].selectableFields[0].jsonPath: Invalid value: \".spec.x\""},
      {"selection by an object",
       [](Json& crd) { first_version(crd)["selectableFields"] = j("[{'jsonPath': '.spec'}]"); },
       "spec.versions[0].selectableFields[0].jsonPath: Invalid value: \".spec\""},
  }));
  INFO(row.sentence);
  const auto kinds = kinds_of(definition_with(row.change));
  REQUIRE(kinds.has_error());
  CHECK_THAT(kinds.error().text(), Catch::StartsWith(row.expected));
}

TEST_CASE("names that are left out are made from the kind") {
  const auto kinds = kinds_of(backup_definition());
  REQUIRE(kinds.has_value());
  REQUIRE(kinds->size() == 1);
  const Kind& kind = kinds->front();
  CHECK(kind.singular == "backup");
  CHECK(kind.list_kind == "BackupList");
  CHECK(kind.custom);
  CHECK(kind.storage);
  CHECK(kind.namespaced);
  CHECK(!kind.status_subresource);
}

TEST_CASE("without columns there is the age") {
  const auto kinds = kinds_of(backup_definition());
  REQUIRE(kinds.has_value());
  const std::vector<Column>& columns = kinds->front().columns;
  REQUIRE(columns.size() == 1);
  CHECK(columns[0].name == "Age");
  CHECK(columns[0].path == ".metadata.creationTimestamp");
}

TEST_CASE("only served versions become kinds") {
  Json crd = backup_definition();
  Json old = crd["spec"]["versions"][0];
  old["name"] = "v1beta1";
  old["storage"] = false;
  old["served"] = false;
  Json next = old;
  next["name"] = "v2";
  next["served"] = true;
  crd["spec"]["versions"].push_back(old);
  crd["spec"]["versions"].push_back(next);
  const auto kinds = kinds_of(crd);
  REQUIRE(kinds.has_value());
  REQUIRE(kinds->size() == 2);
  CHECK(kinds->at(0).version == "v1");
  CHECK(kinds->at(1).version == "v2");
  CHECK(!kinds->at(1).storage);
}

TEST_CASE("a deprecated version says so, in its own words or in the server's") {
  struct Row {
    const char* sentence;
    Change change;
    const char* expected;
  };
  const Row row = GENERATE(values<Row>({
      {"not deprecated", [](Json&) {}, ""},
      {"without words of its own", [](Json& crd) { first_version(crd)["deprecated"] = true; },
       "example.com/v1 Backup is deprecated"},
      {"with words of its own",
       [](Json& crd) {
         first_version(crd)["deprecated"] = true;
         first_version(crd)["deprecationWarning"] = "use v2";
       },
       "use v2"},
  }));
  INFO(row.sentence);
  CHECK(kinds_of(definition_with(row.change))->front().deprecation_warning == row.expected);
}

TEST_CASE("a kept definition is completed and established") {
  Json crd = backup_definition();
  crd["metadata"]["creationTimestamp"] = "2026-01-31T12:00:00Z";
  const Json kept = established(crd);
  CHECK(kept["spec"]["names"]["singular"] == "backup");
  CHECK(kept["spec"]["conversion"] == j("{'strategy': 'None'}"));
  CHECK(kept["status"]["acceptedNames"] == kept["spec"]["names"]);
  CHECK(kept["status"]["storedVersions"] == j("['v1']"));
  REQUIRE(kept["status"]["conditions"].size() == 2);
  CHECK(kept["status"]["conditions"][0]["type"] == "NamesAccepted");
  CHECK(kept["status"]["conditions"][1]["type"] == "Established");
  CHECK(kept["status"]["conditions"][1]["status"] == "True");
  CHECK(kept["status"]["conditions"][1]["lastTransitionTime"] == "2026-01-31T12:00:00Z");

  SECTION("once established, nothing changes") {
    CHECK(established(kept) == kept);
  }
  SECTION("a new stored version joins the old one") {
    Json changed = kept;
    changed["spec"]["versions"][0]["name"] = "v2";
    CHECK(established(changed)["status"]["storedVersions"] == j("['v1', 'v2']"));
  }
}

}  // namespace devcluster::apiserver
