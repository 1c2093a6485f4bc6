// The definitions of groupsnapshot.storage.k8s.io in manifests/crds, as a server reads them.

#include <functional>

#include <catch2/catch.hpp>

#include "devcluster/apiserver/cel.hpp"
#include "devcluster/apiserver/crd.hpp"
#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/schema.hpp"
#include "tests/unit/devcluster/apiserver_schema/support.hpp"

namespace devcluster::apiserver {
namespace {

using Change = std::function<void(Json& object)>;

const Change nothing = [](Json&) {};

Json content_with(const Change& change) {
  Json content = j(R"({
    'apiVersion': 'groupsnapshot.storage.k8s.io/v1', 'kind': 'VolumeGroupSnapshotContent',
    'metadata': {'name': 'groupsnapcontent-1'},
    'spec': {'deletionPolicy': 'Delete', 'driver': 'hostpath.csi.k8s.io',
             'volumeGroupSnapshotClassName': 'fast',
             'source': {'volumeHandles': ['vol-1', 'vol-2']},
             'volumeGroupSnapshotRef': {'name': 'backup', 'namespace': 'default'}}})");
  change(content);
  return content;
}

Json group_with(const Change& change) {
  Json group = j(R"({
    'apiVersion': 'groupsnapshot.storage.k8s.io/v1', 'kind': 'VolumeGroupSnapshot',
    'metadata': {'name': 'backup', 'namespace': 'default'},
    'spec': {'source': {'selector': {'matchLabels': {'app': 'db'}}}}})");
  change(group);
  return group;
}

Json class_with(const Change& change) {
  Json group_class = j(R"({
    'apiVersion': 'groupsnapshot.storage.k8s.io/v1', 'kind': 'VolumeGroupSnapshotClass',
    'metadata': {'name': 'fast'}, 'driver': 'hostpath.csi.k8s.io', 'deletionPolicy': 'Retain'})");
  change(group_class);
  return group_class;
}

// What the server says to an object, new or, with `before`, changed.
std::vector<std::string> refusals(const Kind& kind, Json object, const Json* before = nullptr) {
  prune(kind.schema, object);
  std::vector<Cause> causes = validate(kind.schema, object);
  if (causes.empty()) causes = check_rules(kind.schema, object, before);
  return sentences(causes);
}

// A new object, or a change from `before`. v1 and v1beta2 answer alike.
struct Row {
  const char* sentence;
  Change before;  // null: the object is new
  Change now;
  std::vector<std::string> expected;
  std::vector<std::string> expected_of_v1beta1;
};

void check(const Row& row, const char* plural, const std::function<Json(const Change&)>& object) {
  INFO(row.sentence);
  const Json before = object(row.before ? row.before : nothing);
  for (const char* version : {"v1", "v1beta2", "v1beta1"}) {
    INFO(version);
    const bool old = std::string_view(version) == "v1beta1";
    CHECK(
        refusals(snapshot_kind(plural, version), object(row.now), row.before ? &before : nullptr) ==
        (old ? row.expected_of_v1beta1 : row.expected));
  }
}

}  // namespace

TEST_CASE("what the three kinds of groups are called") {
  struct Names {
    const char* plural;
    const char* kind;
    std::vector<std::string> short_names;
    bool namespaced;
    bool status;
  };
  const Names row = GENERATE(values<Names>({
      {"volumegroupsnapshots", "VolumeGroupSnapshot", {"vgs"}, true, true},
      {"volumegroupsnapshotcontents", "VolumeGroupSnapshotContent", {"vgsc", "vgscs"}, false, true},
      {"volumegroupsnapshotclasses",
       "VolumeGroupSnapshotClass",
       {"vgsclass", "vgsclasses"},
       false,
       false},
  }));
  for (const char* version : {"v1", "v1beta2", "v1beta1"}) {
    const Kind kind = snapshot_kind(row.plural, version);
    CHECK(kind.group == "groupsnapshot.storage.k8s.io");
    CHECK(kind.kind == row.kind);
    CHECK(kind.list_kind == std::string(row.kind) + "List");
    CHECK(kind.short_names == row.short_names);
    CHECK(kind.namespaced == row.namespaced);
    CHECK(kind.status_subresource == row.status);
  }
  CHECK(text(crd_manifest(row.plural), "metadata", "annotations", "api-approved.kubernetes.io") ==
        "https://github.com/kubernetes-csi/external-snapshotter/pull/1337");
}

TEST_CASE("three versions of groups are served, v1beta2 is kept, v1beta1 is on its way out") {
  const std::string plural =
      GENERATE("volumegroupsnapshots", "volumegroupsnapshotcontents", "volumegroupsnapshotclasses");
  CHECK(kinds_of(crd_manifest(plural))->size() == 3);
  CHECK_FALSE(snapshot_kind(plural, "v1").storage);
  CHECK(snapshot_kind(plural, "v1beta2").storage);
  CHECK_FALSE(snapshot_kind(plural, "v1beta1").storage);
  CHECK(snapshot_kind(plural, "v1").deprecation_warning.empty());
  CHECK(snapshot_kind(plural, "v1beta2").deprecation_warning.empty());
  CHECK_THAT(snapshot_kind(plural, "v1beta1").deprecation_warning,
             Catch::Contains("is deprecated; use groupsnapshot.storage.k8s.io/v1"));
}

TEST_CASE("v1 and v1beta2 of a group have the same fields, rules and columns") {
  const std::string plural =
      GENERATE("volumegroupsnapshots", "volumegroupsnapshotcontents", "volumegroupsnapshotclasses");
  Json newer = snapshot_kind(plural, "v1").schema;
  Json older = snapshot_kind(plural, "v1beta2").schema;
  newer["properties"].erase("apiVersion");  // its description names the version
  older["properties"].erase("apiVersion");
  CHECK(newer == older);
  const Json versions = crd_manifest(plural)["spec"]["versions"];
  CHECK(versions[0]["additionalPrinterColumns"] == versions[1]["additionalPrinterColumns"]);
  CHECK(versions[0]["additionalPrinterColumns"] == versions[2]["additionalPrinterColumns"]);
}

TEST_CASE("the columns of the three kinds of groups") {
  struct Columns {
    const char* plural;
    std::vector<std::string> expected;
  };
  const Columns row = GENERATE(values<Columns>({
      {"volumegroupsnapshots",
       {"ReadyToUse boolean .status.readyToUse",
        "VolumeGroupSnapshotClass string .spec.volumeGroupSnapshotClassName",
        "VolumeGroupSnapshotContent string .status.boundVolumeGroupSnapshotContentName",
        "CreationTime date .status.creationTime", "Age date .metadata.creationTimestamp"}},
      {"volumegroupsnapshotcontents",
       {"ReadyToUse boolean .status.readyToUse", "DeletionPolicy string .spec.deletionPolicy",
        "Driver string .spec.driver",
        "VolumeGroupSnapshotClass string .spec.volumeGroupSnapshotClassName",
        "VolumeGroupSnapshotNamespace string .spec.volumeGroupSnapshotRef.namespace",
        "VolumeGroupSnapshot string .spec.volumeGroupSnapshotRef.name",
        "Age date .metadata.creationTimestamp"}},
      {"volumegroupsnapshotclasses",
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

TEST_CASE("contents of groups can be selected by driver in every version") {
  const std::string version = GENERATE("v1", "v1beta2", "v1beta1");
  CHECK(snapshot_kind("volumegroupsnapshotcontents", version).selectable_fields ==
        std::vector<std::string>{"spec.driver"});
}

TEST_CASE("a content of a group is accepted or refused") {
  const std::string wrong_source =
      "spec.source: Invalid value: \"object\": exactly one of volumeHandles and "
      "groupSnapshotHandles is needed";
  const std::string no_namespace =
      "spec.volumeGroupSnapshotRef: Invalid value: \"object\": both volumeGroupSnapshotRef.name "
      "and volumeGroupSnapshotRef.namespace are needed";
  const std::string no_members =
      "spec.source.groupSnapshotHandles.volumeSnapshotHandles: Required value";
  const Change existing = [](Json& o) {
    o["spec"]["source"] =
        j("{'groupSnapshotHandles': {'volumeGroupSnapshotHandle': 'g-1',"
          " 'volumeSnapshotHandles': ['s-1']}}");
  };
  const Row row = GENERATE_COPY(values<Row>({
      {"volumes to take snapshots of", nullptr, nothing, {}, {}},
      {"a group snapshot that exists", nullptr, existing, {}, {}},
      {"no volumes at all pass, as they always did",
       nullptr,
       [](Json& o) { o["spec"]["source"]["volumeHandles"] = Json::array(); },
       {},
       {}},
      {"neither volumes nor a group snapshot",
       nullptr,
       [](Json& o) { o["spec"]["source"] = Json::object(); },
       {wrong_source},
       {wrong_source}},
      {"both",
       nullptr,
       [existing](Json& o) {
         existing(o);
         o["spec"]["source"]["volumeHandles"] = j("['vol-1']");
       },
       {wrong_source},
       {wrong_source}},
      {"a group snapshot without its members",
       nullptr,
       [existing](Json& o) {
         existing(o);
         o["spec"]["source"]["groupSnapshotHandles"].erase("volumeSnapshotHandles");
       },
       {no_members},
       {no_members}},
      {"a reference without a namespace",
       nullptr,
       [](Json& o) { o["spec"]["volumeGroupSnapshotRef"].erase("namespace"); },
       {no_namespace},
       {no_namespace}},
      {"a full status",
       nullptr,
       [](Json& o) {
         o["status"] =
             j("{'volumeGroupSnapshotHandle': 'g-1', 'creationTime': '2026-01-31T12:00:00Z',"
               " 'readyToUse': true, 'error': {'message': 'm', 'time': '2026-01-31T12:00:00Z'},"
               " 'volumeSnapshotInfoList': [{'volumeHandle': 'vol-1', 'snapshotHandle': 's-1',"
               " 'creationTime': 1769860800000000000, 'readyToUse': true, 'restoreSize': 1024}]}");
       },
       {},
       {}},
      {"a creation time in nanoseconds, as single contents have it",
       nullptr,
       [](Json& o) { o["status"]["creationTime"] = 1769860800000000000; },
       {"status.creationTime: Invalid value: \"integer\": status.creationTime in body must be of "
        "type string: \"integer\""},
       {"status.creationTime: Invalid value: \"integer\": status.creationTime in body must be of "
        "type string: \"integer\""}},
      {"half a pair of handles, which v1beta1 alone knows",
       nullptr,
       [](Json& o) {
         o["status"]["volumeSnapshotHandlePairList"] = j("[{'volumeHandle': 'vol-1'}]");
       },
       {},
       {"status.volumeSnapshotHandlePairList[0].snapshotHandle: Required value"}},
  }));
  check(row, "volumegroupsnapshotcontents", content_with);
}

TEST_CASE("a change of a content of a group is accepted or refused") {
  const auto fixed = [](const std::string& path, const std::string& why) {
    return std::vector<std::string>{path + ": Invalid value: " + why};
  };
  const auto uid = [](const char* value) {
    return [value](Json& o) { o["spec"]["volumeGroupSnapshotRef"]["uid"] = value; };
  };
  const auto handle = [](const char* value) {
    return [value](Json& o) { o["status"]["volumeGroupSnapshotHandle"] = value; };
  };
  const Row row = GENERATE_COPY(values<Row>({
      {"nothing changes", nothing, nothing, {}, {}},
      {"the policy changes",
       nothing,
       [](Json& o) { o["spec"]["deletionPolicy"] = "Retain"; },
       {},
       {}},
      {"another driver",
       nothing,
       [](Json& o) { o["spec"]["driver"] = "other"; },
       fixed("spec.driver", "\"string\": driver cannot be changed"),
       {}},
      {"another class",
       nothing,
       [](Json& o) { o["spec"]["volumeGroupSnapshotClassName"] = "slow"; },
       fixed("spec.volumeGroupSnapshotClassName",
             "\"string\": volumeGroupSnapshotClassName cannot be changed"),
       {}},
      {"the volumes in another order", nothing,
       [](Json& o) { o["spec"]["source"]["volumeHandles"] = j("['vol-2', 'vol-1']"); },
       fixed("spec.source.volumeHandles", "\"array\": volumeHandles cannot be changed"),
       fixed("spec.source.volumeHandles", "\"array\": volumeHandles cannot be changed")},
      {"another name in the reference",
       nothing,
       [](Json& o) { o["spec"]["volumeGroupSnapshotRef"]["name"] = "other"; },
       fixed("spec.volumeGroupSnapshotRef",
             "\"object\": volumeGroupSnapshotRef.name and volumeGroupSnapshotRef.namespace cannot "
             "be changed"),
       {}},
      {"the reference gets its uid", nothing, uid("u-1"), {}, {}},
      {"another uid",
       uid("u-1"),
       uid("u-2"),
       fixed("spec.volumeGroupSnapshotRef",
             "\"object\": volumeGroupSnapshotRef.uid cannot be changed once it is set"),
       {}},
      {"the uid goes",
       uid("u-1"),
       nothing,
       fixed("spec.volumeGroupSnapshotRef",
             "\"object\": volumeGroupSnapshotRef.uid cannot be changed once it is set"),
       {}},
      {"the handle comes", nothing, handle("g-1"), {}, {}},
      {"another handle",
       handle("g-1"),
       handle("g-2"),
       fixed("status.volumeGroupSnapshotHandle",
             "\"string\": volumeGroupSnapshotHandle cannot be changed"),
       {}},
      {"the handle goes", handle("g-1"), nothing, {}, {}},
  }));
  check(row, "volumegroupsnapshotcontents", content_with);
}

TEST_CASE("a group is accepted or refused") {
  const std::string wrong_source =
      "spec.source: Invalid value: \"object\": exactly one of selector and "
      "volumeGroupSnapshotContentName is needed";
  const std::vector<std::string> other_selector{
      "spec.source.selector: Invalid value: \"object\": selector cannot be changed"};
  const std::vector<std::string> empty_class{
      "spec.volumeGroupSnapshotClassName: Invalid value: \"string\": volumeGroupSnapshotClassName "
      "must not be empty; leave it out to use the default class"};
  const auto bound_to = [](const char* name) {
    return [name](Json& o) { o["status"]["boundVolumeGroupSnapshotContentName"] = name; };
  };
  const Row row = GENERATE_COPY(values<Row>({
      {"of claims by label", nullptr, nothing, {}, {}},
      {"of claims by conditions",
       nullptr,
       [](Json& o) {
         o["spec"]["source"]["selector"] =
             j("{'matchExpressions': [{'key': 'app', 'operator': 'In', 'values': ['db', 'web']}]}");
       },
       {},
       {}},
      {"a condition without an operator",
       nullptr,
       [](Json& o) {
         o["spec"]["source"]["selector"] = j("{'matchExpressions': [{'key': 'app'}]}");
       },
       {"spec.source.selector.matchExpressions[0].operator: Required value"},
       {"spec.source.selector.matchExpressions[0].operator: Required value"}},
      {"an empty source",
       nullptr,
       [](Json& o) { o["spec"]["source"] = Json::object(); },
       {wrong_source},
       {wrong_source}},
      {"an empty class name", nullptr,
       [](Json& o) { o["spec"]["volumeGroupSnapshotClassName"] = ""; }, empty_class, empty_class},
      {"another selector", nothing,
       [](Json& o) { o["spec"]["source"]["selector"]["matchLabels"]["app"] = "web"; },
       other_selector, other_selector},
      {"bound to another content",
       bound_to("a"),
       bound_to("b"),
       {"status.boundVolumeGroupSnapshotContentName: Invalid value: \"string\": "
        "boundVolumeGroupSnapshotContentName cannot be changed"},
       {}},
      {"no longer bound", bound_to("a"), nothing, {}, {}},
  }));
  check(row, "volumegroupsnapshots", group_with);
}

TEST_CASE("a class of groups is accepted or refused") {
  const auto fixed = [](const std::string& field, const std::string& type) {
    return std::vector<std::string>{field + ": Invalid value: \"" + type + "\": " + field +
                                    " cannot be changed"};
  };
  const auto parameters = [](const char* tier) {
    return [tier](Json& o) { o["parameters"]["tier"] = tier; };
  };
  const Row row = GENERATE_COPY(values<Row>({
      {"with the least", nullptr, nothing, {}, {}},
      {"no driver",
       nullptr,
       [](Json& o) { o.erase("driver"); },
       {"driver: Required value"},
       {"driver: Required value"}},
      {"another driver",
       nothing,
       [](Json& o) { o["driver"] = "other"; },
       fixed("driver", "string"),
       {}},
      {"another policy",
       nothing,
       [](Json& o) { o["deletionPolicy"] = "Delete"; },
       fixed("deletionPolicy", "string"),
       {}},
      {"parameters come", nothing, parameters("cold"), {}, {}},
      {"other parameters",
       parameters("cold"),
       parameters("hot"),
       fixed("parameters", "object"),
       {}},
  }));
  check(row, "volumegroupsnapshotclasses", class_with);
}

}  // namespace devcluster::apiserver
