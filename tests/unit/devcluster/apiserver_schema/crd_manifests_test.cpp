// The definitions in manifests/crds, as a server reads them.

#include <functional>

#include <catch2/catch.hpp>

#include "devcluster/apiserver/cel.hpp"
#include "devcluster/apiserver/crd.hpp"
#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/schema.hpp"
#include "devcluster/apiserver/table.hpp"
#include "tests/unit/devcluster/apiserver_schema/support.hpp"

namespace devcluster::apiserver {
namespace {

using Change = std::function<void(Json& object)>;

Json content_with(const Change& change) {
  Json content = j(R"({
    'apiVersion': 'snapshot.storage.k8s.io/v1', 'kind': 'VolumeSnapshotContent',
    'metadata': {'name': 'snapcontent-1'},
    'spec': {'deletionPolicy': 'Delete', 'driver': 'hostpath.csi.k8s.io',
             'source': {'volumeHandle': 'vol-1'},
             'volumeSnapshotRef': {'name': 'backup', 'namespace': 'default'}}})");
  change(content);
  return content;
}

Json snapshot_with(const Change& change) {
  Json snapshot = j(R"({
    'apiVersion': 'snapshot.storage.k8s.io/v1', 'kind': 'VolumeSnapshot',
    'metadata': {'name': 'backup', 'namespace': 'default'},
    'spec': {'source': {'persistentVolumeClaimName': 'data'}}})");
  change(snapshot);
  return snapshot;
}

Json class_with(const Change& change) {
  Json snapshot_class = j(R"({
    'apiVersion': 'snapshot.storage.k8s.io/v1', 'kind': 'VolumeSnapshotClass',
    'metadata': {'name': 'fast'}, 'driver': 'hostpath.csi.k8s.io', 'deletionPolicy': 'Retain'})");
  change(snapshot_class);
  return snapshot_class;
}

// What the server says to an object, new or, with `before`, changed: rules are looked at only where
// the rest is right.
std::vector<std::string> refusals(const Kind& kind, Json object, const Json* before = nullptr) {
  prune(kind.schema, object);
  std::vector<Cause> causes = validate(kind.schema, object);
  if (causes.empty()) causes = check_rules(kind.schema, object, before);
  return sentences(causes);
}

struct Row {
  const char* sentence;
  Change change;
  std::vector<std::string> expected;
};

}  // namespace

TEST_CASE("what the three kinds are called") {
  struct Names {
    const char* plural;
    const char* kind;
    std::vector<std::string> short_names;
    bool namespaced;
    bool status;
    const char* approved_in;
  };
  const Names row = GENERATE(values<Names>({
      {"volumesnapshots", "VolumeSnapshot", {"vs"}, true, true, "814"},
      {"volumesnapshotcontents", "VolumeSnapshotContent", {"vsc", "vscs"}, false, true, "955"},
      {"volumesnapshotclasses",
       "VolumeSnapshotClass",
       {"vsclass", "vsclasses"},
       false,
       false,
       "814"},
  }));
  const Kind kind = snapshot_kind(row.plural);
  CHECK(kind.group == "snapshot.storage.k8s.io");
  CHECK(kind.version == "v1");
  CHECK(kind.kind == row.kind);
  CHECK(kind.list_kind == std::string(row.kind) + "List");
  CHECK(kind.short_names == row.short_names);
  CHECK(kind.namespaced == row.namespaced);
  CHECK(kind.status_subresource == row.status);
  CHECK(kind.storage);
  const Json crd = crd_manifest(row.plural);
  CHECK(text(crd, "metadata", "annotations", "api-approved.kubernetes.io") ==
        std::string("https://github.com/kubernetes-csi/external-snapshotter/pull/") +
            row.approved_in);
}

TEST_CASE("v1beta1 stays known for what is in store, and is served to nobody") {
  const std::string plural =
      GENERATE("volumesnapshots", "volumesnapshotcontents", "volumesnapshotclasses");
  const Json crd = crd_manifest(plural);
  REQUIRE(crd["spec"]["versions"].size() == 2);
  const Json& old = crd["spec"]["versions"][1];
  CHECK(old["name"] == "v1beta1");
  CHECK(old["served"] == false);
  CHECK(old["storage"] == false);
  CHECK(old["deprecated"] == true);
  CHECK(!old["deprecationWarning"].get<std::string>().empty());
}

TEST_CASE("the columns of the three kinds") {
  struct Columns {
    const char* plural;
    std::vector<std::string> expected;
  };
  const Columns row = GENERATE(values<Columns>({
      {"volumesnapshots",
       {"ReadyToUse boolean .status.readyToUse",
        "SourcePVC string .spec.source.persistentVolumeClaimName",
        "SourceSnapshotContent string .spec.source.volumeSnapshotContentName",
        "RestoreSize string .status.restoreSize",
        "SnapshotClass string .spec.volumeSnapshotClassName",
        "SnapshotContent string .status.boundVolumeSnapshotContentName",
        "CreationTime date .status.creationTime", "Age date .metadata.creationTimestamp"}},
      {"volumesnapshotcontents",
       {"ReadyToUse boolean .status.readyToUse", "RestoreSize integer .status.restoreSize",
        "DeletionPolicy string .spec.deletionPolicy", "Driver string .spec.driver",
        "VolumeSnapshotClass string .spec.volumeSnapshotClassName",
        "VolumeSnapshot string .spec.volumeSnapshotRef.name",
        "VolumeSnapshotNamespace string .spec.volumeSnapshotRef.namespace",
        "Age date .metadata.creationTimestamp"}},
      {"volumesnapshotclasses",
       {"Driver string .driver", "DeletionPolicy string .deletionPolicy",
        "Age date .metadata.creationTimestamp"}},
  }));
  std::vector<std::string> columns;
  for (const Column& column : snapshot_kind(row.plural).columns) {
    columns.push_back(column.name + " " + column.type + " " + column.path);
    CHECK(column.priority == 0);
  }
  CHECK(columns == row.expected);
}

TEST_CASE("contents can be selected by driver") {
  CHECK(snapshot_kind("volumesnapshotcontents").selectable_fields ==
        std::vector<std::string>{"spec.driver"});
}

TEST_CASE("a content is accepted or refused") {
  const Row row = GENERATE(values<Row>({
      {"a volume to take a snapshot of", [](Json&) {}, {}},
      {"a snapshot that exists",
       [](Json& o) { o["spec"]["source"] = j("{'snapshotHandle': 's-1'}"); },
       {}},
      {"both a volume and a snapshot",
       [](Json& o) { o["spec"]["source"]["snapshotHandle"] = "s-1"; },
       {"spec.source: Invalid value: \"object\": exactly one of volumeHandle and snapshotHandle is "
        "needed"}},
      {"neither a volume nor a snapshot",
       [](Json& o) { o["spec"]["source"] = Json::object(); },
       {"spec.source: Invalid value: \"object\": exactly one of volumeHandle and snapshotHandle is "
        "needed"}},
      {"a reference without a namespace",
       [](Json& o) { o["spec"]["volumeSnapshotRef"].erase("namespace"); },
       {"spec.volumeSnapshotRef: Invalid value: \"object\": both volumeSnapshotRef.name and "
        "volumeSnapshotRef.namespace are needed"}},
      {"a reference of empty texts passes, as it always did",
       [](Json& o) { o["spec"]["volumeSnapshotRef"] = j("{'name': '', 'namespace': ''}"); },
       {}},
      {"any text as volume mode", [](Json& o) { o["spec"]["sourceVolumeMode"] = "Tape"; }, {}},
      {"a volume mode of null, as Go writes it",
       [](Json& o) { o["spec"]["sourceVolumeMode"] = nullptr; },
       {}},
      {"a wrong policy",
       [](Json& o) { o["spec"]["deletionPolicy"] = "Keep"; },
       {"spec.deletionPolicy: Unsupported value: \"Keep\": supported values: \"Delete\", "
        "\"Retain\""}},
      {"no driver", [](Json& o) { o["spec"].erase("driver"); }, {"spec.driver: Required value"}},
      {"no spec", [](Json& o) { o.erase("spec"); }, {"spec: Required value"}},
      {"an empty spec",
       [](Json& o) { o["spec"] = Json::object(); },
       {"spec.deletionPolicy: Required value", "spec.driver: Required value",
        "spec.source: Required value", "spec.volumeSnapshotRef: Required value"}},
      {"an unknown field is dropped", [](Json& o) { o["spec"]["color"] = "red"; }, {}},
      {"a handle that is a number",
       [](Json& o) { o["spec"]["source"]["volumeHandle"] = 1; },
       {"spec.source.volumeHandle: Invalid value: \"integer\": spec.source.volumeHandle in body "
        "must be of type string: \"integer\""}},
      {"a negative size",
       [](Json& o) { o["status"]["restoreSize"] = -1; },
       {"status.restoreSize: Invalid value: -1: status.restoreSize in body should be greater than "
        "or equal to 0"}},
      {"a time that is no time",
       [](Json& o) { o["status"]["error"]["time"] = "noon"; },
       {"status.error.time: Invalid value: \"noon\": status.error.time in body must be of type "
        "date-time: \"noon\""}},
      {"a full status",
       [](Json& o) {
         o["status"] =
             j("{'snapshotHandle': 's-1', 'creationTime': 1769860800000000000,"
               " 'restoreSize': 1024, 'readyToUse': true,"
               " 'volumeGroupSnapshotHandle': 'g-1',"
               " 'error': {'message': 'm', 'time': '2026-01-31T12:00:00Z'}}");
       },
       {}},
  }));
  INFO(row.sentence);
  CHECK(refusals(snapshot_kind("volumesnapshotcontents"), content_with(row.change)) ==
        row.expected);
}

TEST_CASE("a snapshot is accepted or refused") {
  const Row row = GENERATE(values<Row>({
      {"of a claim", [](Json&) {}, {}},
      {"an empty claim name passes, as it always did",
       [](Json& o) { o["spec"]["source"]["persistentVolumeClaimName"] = ""; },
       {}},
      {"without a source",
       [](Json& o) { o["spec"].erase("source"); },
       {"spec.source: Required value"}},
      {"a size as people write it", [](Json& o) { o["status"]["restoreSize"] = "10Gi"; }, {}},
      {"a size as a number", [](Json& o) { o["status"]["restoreSize"] = 1024; }, {}},
      {"a size with an exponent", [](Json& o) { o["status"]["restoreSize"] = "1e3"; }, {}},
      {"a size that is a truth",
       [](Json& o) { o["status"]["restoreSize"] = true; },
       {"status.restoreSize: Invalid value: \"boolean\": status.restoreSize in body must be of "
        "type "
        "integer,string: \"boolean\""}},
  }));
  INFO(row.sentence);
  CHECK(refusals(snapshot_kind("volumesnapshots"), snapshot_with(row.change)) == row.expected);
}

TEST_CASE("a size that is no quantity is refused") {
  const std::string size = GENERATE("ten", "10 Gi", "10gi", "", "1e", "--1", ".");
  const Json snapshot = snapshot_with([&](Json& o) { o["status"]["restoreSize"] = size; });
  const auto causes = refusals(snapshot_kind("volumesnapshots"), snapshot);
  REQUIRE(causes.size() == 1);
  CHECK_THAT(causes.front(), Catch::StartsWith("status.restoreSize: Invalid value: \"" + size +
                                               "\": status.restoreSize in body should match"));
}

TEST_CASE("a class is accepted or refused") {
  const Row row = GENERATE(values<Row>({
      {"with the least", [](Json&) {}, {}},
      {"with parameters", [](Json& o) { o["parameters"] = j("{'tier': 'cold'}"); }, {}},
      {"a parameter that is no text",
       [](Json& o) { o["parameters"] = j("{'copies': 2}"); },
       {"parameters.copies: Invalid value: \"integer\": parameters.copies in body must be of type "
        "string: \"integer\""}},
      {"no policy", [](Json& o) { o.erase("deletionPolicy"); }, {"deletionPolicy: Required value"}},
      {"a wrong policy",
       [](Json& o) { o["deletionPolicy"] = "delete"; },
       {"deletionPolicy: Unsupported value: \"delete\": supported values: \"Delete\", "
        "\"Retain\""}},
  }));
  INFO(row.sentence);
  CHECK(refusals(snapshot_kind("volumesnapshotclasses"), class_with(row.change)) == row.expected);
}

TEST_CASE("a change of a content is accepted or refused") {
  struct ChangeRow {
    const char* sentence;
    Change before;
    Change now;
    std::vector<std::string> expected;
  };
  const Change block = [](Json& o) { o["spec"]["sourceVolumeMode"] = "Block"; };
  const Change nothing = [](Json&) {};
  const ChangeRow row = GENERATE_COPY(values<ChangeRow>({
      {"nothing changes", block, block, {}},
      {"the policy changes", nothing, [](Json& o) { o["spec"]["deletionPolicy"] = "Retain"; }, {}},
      {"the volume mode is added", nothing, block, {}},
      {"the volume mode changes",
       block,
       [](Json& o) { o["spec"]["sourceVolumeMode"] = "Filesystem"; },
       {"spec.sourceVolumeMode: Invalid value: \"string\": sourceVolumeMode cannot be changed"}},
      {"the volume mode goes",
       block,
       nothing,
       {"spec: Invalid value: \"object\": sourceVolumeMode cannot be removed once it is set"}},
      {"another volume",
       nothing,
       [](Json& o) { o["spec"]["source"]["volumeHandle"] = "vol-2"; },
       {"spec.source.volumeHandle: Invalid value: \"string\": volumeHandle cannot be changed"}},
      {"a snapshot instead of the volume",
       nothing,
       [](Json& o) { o["spec"]["source"] = j("{'snapshotHandle': 's-1'}"); },
       {"spec.source: Invalid value: \"object\": volumeHandle cannot be removed once it is set"}},
  }));
  INFO(row.sentence);
  const Json before = content_with(row.before);
  CHECK(refusals(snapshot_kind("volumesnapshotcontents"), content_with(row.now), &before) ==
        row.expected);
}

TEST_CASE("another claim for a snapshot is refused") {
  const Json before = snapshot_with([](Json&) {});
  const Json now =
      snapshot_with([](Json& o) { o["spec"]["source"]["persistentVolumeClaimName"] = "other"; });
  CHECK(refusals(snapshot_kind("volumesnapshots"), now, &before) ==
        std::vector<std::string>{"spec.source.persistentVolumeClaimName: Invalid value: "
                                 "\"string\": persistentVolumeClaimName cannot be changed"});
}

TEST_CASE("all rules of all kinds are enforced here") {
  const std::string plural =
      GENERATE("volumesnapshots", "volumesnapshotcontents", "volumesnapshotclasses",
               "volumegroupsnapshots", "volumegroupsnapshotcontents", "volumegroupsnapshotclasses");
  const Json manifest = crd_manifest(plural);
  for (const Json& version : manifest["spec"]["versions"])
    CHECK(unsupported_rules(version["schema"]["openAPIV3Schema"]).empty());
}

TEST_CASE("what the schema does not name is not kept") {
  const Kind kind = snapshot_kind("volumesnapshotcontents");
  Json object = content_with([](Json& o) {
    o["spec"]["color"] = "red";
    o["spec"]["sourceVolumeMode"] = nullptr;
    o["status"]["mood"] = "good";
  });
  CHECK(unknown_fields(kind.schema, object) ==
        std::vector<std::string>{"spec.color", "status.mood"});
  prune(kind.schema, object);
  CHECK(object == content_with([](Json& o) { o["status"] = Json::object(); }));
}

namespace {

void check_described(const Json& schema, const std::string& path) {
  INFO(path);
  if (path != ".metadata") CHECK(!text(schema, "description").empty());
  for (const auto& [key, property] : members(schema, "properties"))
    check_described(property, path + "." + key);
  if (const Json* items = member(schema, "items")) check_described(*items, path + "[]");
}

}  // namespace

TEST_CASE("every field is explained") {
  const std::string plural =
      GENERATE("volumesnapshots", "volumesnapshotcontents", "volumesnapshotclasses",
               "volumegroupsnapshots", "volumegroupsnapshotcontents", "volumegroupsnapshotclasses");
  const Json crd = crd_manifest(plural);
  for (const Json& version : crd["spec"]["versions"])
    check_described(version["schema"]["openAPIV3Schema"], "");
}

TEST_CASE("the table of a content") {
  Json content = content_with([](Json& o) {
    o["metadata"]["creationTimestamp"] = "2026-01-31T11:54:48Z";
    o["status"] = j("{'readyToUse': true, 'restoreSize': 1024}");
  });
  const Json table =
      table_of(snapshot_kind("volumesnapshotcontents"), {content}, false, "2026-01-31T12:00:00Z");
  CHECK(table["rows"][0]["cells"] ==
        j("['snapcontent-1', true, 1024, 'Delete', 'hostpath.csi.k8s.io', null, 'backup',"
          " 'default', '5m12s']"));
}

}  // namespace devcluster::apiserver
