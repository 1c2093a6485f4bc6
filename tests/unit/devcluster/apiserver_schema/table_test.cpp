#include "devcluster/apiserver/table.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/devcluster/apiserver_schema/support.hpp"

namespace devcluster::apiserver {
namespace {

constexpr std::string_view now = "2026-01-31T12:00:00Z";

Json with_name(const char* object) {
  Json result = j(object);
  result["metadata"].update(
      {{"name", "n"}, {"namespace", "ns"}, {"creationTimestamp", "2026-01-31T11:54:48Z"}});
  return result;
}

// The headings of columns that kubectl shows without -o wide, and their cells, as one line each.
struct Shown {
  std::vector<std::string> heads;
  Json cells = Json::array();
};

Shown shown(const Kind& kind, const Json& object) {
  const Json table = table_of(kind, {object}, false, now);
  Shown result;
  for (std::size_t i = 0; i < table["columnDefinitions"].size(); ++i) {
    const Json& head = table["columnDefinitions"][i];
    if (head["priority"] != 0) continue;
    result.heads.push_back(head["name"]);
    result.cells.push_back(table["rows"][0]["cells"][i]);
  }
  return result;
}

}  // namespace

TEST_CASE("built-in kinds show what the real server shows") {
  struct Row {
    const char* plural;
    const char* object;
    std::vector<std::string> heads;
    const char* cells;
  };
  const Row row = GENERATE(values<Row>({
      {"namespaces",
       "{'status': {'phase': 'Active'}}",
       {"Name", "Status", "Age"},
       "['n', 'Active', '5m12s']"},
      {"secrets",
       "{'type': 'Opaque', 'data': {'a': '', 'b': ''}}",
       {"Name", "Type", "Data", "Age"},
       "['n', 'Opaque', '2', '5m12s']"},
      {"configmaps", "{}", {"Name", "Data", "Age"}, "['n', '0', '5m12s']"},
      {"serviceaccounts", "{}", {"Name", "Secrets", "Age"}, "['n', '0', '5m12s']"},
      {"leases",
       "{'spec': {'holderIdentity': 'a'}}",
       {"Name", "Holder", "Age"},
       "['n', 'a', '5m12s']"},
      {"customresourcedefinitions", "{}", {"Name", "Created At"}, "['n', '2026-01-31T11:54:48Z']"},
      {"storageclasses",
       "{'provisioner': 'd', 'reclaimPolicy': 'Delete', 'volumeBindingMode': 'Immediate',"
       " 'metadata': {'annotations': {'storageclass.kubernetes.io/is-default-class': 'true'}}}",
       {"Name", "Provisioner", "ReclaimPolicy", "VolumeBindingMode", "AllowVolumeExpansion", "Age"},
       "['n (default)', 'd', 'Delete', 'Immediate', false, '5m12s']"},
      {"persistentvolumes",
       "{'spec': {'capacity': {'storage': '1Gi'}, 'accessModes': ['ReadWriteMany', "
       "'ReadWriteOnce'],"
       " 'persistentVolumeReclaimPolicy': 'Delete', 'storageClassName': 's',"
       " 'claimRef': {'namespace': 'ns', 'name': 'c'}}, 'status': {'phase': 'Bound'}}",
       {"Name", "Capacity", "Access Modes", "Reclaim Policy", "Status", "Claim", "StorageClass",
        "VolumeAttributesClass", "Reason", "Age"},
       "['n', '1Gi', 'RWO,RWX', 'Delete', 'Bound', 'ns/c', 's', '<unset>', '', '5m12s']"},
      {"persistentvolumeclaims",
       "{'status': {'phase': 'Pending'}}",
       {"Name", "Status", "Volume", "Capacity", "Access Modes", "StorageClass",
        "VolumeAttributesClass", "Age"},
       "['n', 'Pending', '', '', '', '', '<unset>', '5m12s']"},
      {"nodes",
       "{'metadata': {'labels': {'node-role.kubernetes.io/control-plane': ''}},"
       " 'spec': {'unschedulable': true}, 'status': {'nodeInfo': {'kubeletVersion': 'v1.32.0'},"
       " 'conditions': [{'type': 'Ready', 'status': 'True'}]}}",
       {"Name", "Status", "Roles", "Age", "Version"},
       "['n', 'Ready,SchedulingDisabled', 'control-plane', '5m12s', 'v1.32.0']"},
      {"nodes",
       "{}",
       {"Name", "Status", "Roles", "Age", "Version"},
       "['n', 'Unknown', '<none>', '5m12s', '']"},
      {"events",
       "{'type': 'Warning', 'reason': 'R', 'message': 'm', 'lastTimestamp': '2026-01-31T11:59:00Z',"
       " 'involvedObject': {'kind': 'VolumeSnapshot', 'name': 'b'}}",
       {"Last Seen", "Type", "Reason", "Object", "Message"},
       "['60s', 'Warning', 'R', 'volumesnapshot/b', 'm']"},
      {"events",
       "{'eventTime': '2026-01-31T11:59:30.123456Z', 'series': {'lastObservedTime': null}}",
       {"Last Seen", "Type", "Reason", "Object", "Message"},
       "['30s', '', '', '/', '']"},
  }));
  INFO(row.plural);
  const Shown result = shown(builtin_kind(row.plural), with_name(row.object));
  CHECK(result.heads == row.heads);
  CHECK(result.cells == j(row.cells));
}

TEST_CASE("a cell is what the column's type asks for") {
  struct Row {
    const char* sentence;
    const char* type;
    const char* value;
    const char* expected;
  };
  const Row row = GENERATE(values<Row>({
      {"text", "string", "'x'", "'x'"},
      {"a number in a column of text", "string", "5", "'5'"},
      {"a list in a column of text", "string", "[1]", "'[1]'"},
      {"an integer", "integer", "5", "5"},
      {"a whole number", "integer", "5.0", "5"},
      {"text in a column of integers", "integer", "'5'", "null"},
      {"a truth", "boolean", "true", "true"},
      {"text in a column of truths", "boolean", "'true'", "null"},
      {"a time", "date", "'2026-01-31T11:00:00Z'", "'60m'"},
      {"no time", "date", "'noon'", "'<invalid>'"},
      {"a number in a column of times", "date", "1", "null"},
      {"nothing", "string", "null", "null"},
  }));
  INFO(row.sentence);
  Kind kind;
  kind.custom = true;
  kind.columns = {{"Value", ".value", row.type, "", "", 0}};
  const Json object{{"metadata", {{"name", "n"}}}, {"value", j(row.value)}};
  const Json table = table_of(kind, {object}, false, now);
  CHECK(table["rows"][0]["cells"] == Json::array({"n", j(row.expected)}));
}

TEST_CASE("a row carries its object") {
  const Json object = j("{'kind': 'Secret', 'metadata': {'name': 'n'}, 'data': {'a': 'eA=='}}");
  const Kind& secrets = builtin_kind("secrets");
  CHECK(table_of(secrets, {object}, true, now)["rows"][0]["object"] == object);
  CHECK(table_of(secrets, {object}, false, now)["rows"][0]["object"] ==
        j("{'kind': 'PartialObjectMetadata', 'apiVersion': 'meta.k8s.io/v1',"
          " 'metadata': {'name': 'n'}}"));
}

TEST_CASE("a table without rows still has its columns") {
  const Json table = table_of(builtin_kind("leases"), {}, false, now);
  CHECK(table["kind"] == "Table");
  CHECK(table["apiVersion"] == "meta.k8s.io/v1");
  CHECK(table["rows"] == Json::array());
  CHECK(table["columnDefinitions"].size() == 3);
  CHECK(table["columnDefinitions"][0]["format"] == "name");
}

}  // namespace devcluster::apiserver
