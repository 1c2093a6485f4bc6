#include "devcluster/apiserver/builtin_kinds.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "devcluster/apiserver/schema.hpp"
#include "tests/unit/devcluster/apiserver_schema/support.hpp"

namespace devcluster::apiserver {

TEST_CASE("the kinds that clients find without any definition") {
  std::set<std::string> found;
  for (const Kind& kind : builtin_kinds()) found.insert(kind.plural + " " + kind.api_version());
  CHECK(found == std::set<std::string>{
                     "configmaps v1", "customresourcedefinitions apiextensions.k8s.io/v1",
                     "events v1", "leases coordination.k8s.io/v1", "namespaces v1", "nodes v1",
                     "persistentvolumeclaims v1", "persistentvolumes v1", "secrets v1",
                     "serviceaccounts v1", "storageclasses storage.k8s.io/v1"});
}

TEST_CASE("the schemas of built-in kinds can be used") {
  for (const Kind& kind : builtin_kinds()) {
    INFO(kind.plural);
    CHECK(problem_in(kind.schema) == std::nullopt);
  }
}

TEST_CASE("objects as people write them are accepted whole") {
  struct Row {
    const char* plural;
    const char* object;
  };
  const Row row = GENERATE(values<Row>({
      {"namespaces", "{'metadata': {'name': 'n'}}"},
      {"secrets", "{'metadata': {'name': 'n'}, 'type': 'Opaque', 'data': {'user': 'YWRtaW4='}}"},
      {"events", R"({'metadata': {'name': 'n', 'namespace': 'default'}, 'type': 'Warning',
                     'involvedObject': {'kind': 'VolumeSnapshotContent', 'name': 'c'},
                     'reason': 'SnapshotCreationFailed', 'count': 1,
                     'firstTimestamp': '2026-01-31T12:00:00Z', 'source': {'component': 's'}})"},
      {"leases", R"({'metadata': {'name': 'n'}, 'spec': {'holderIdentity': 'a',
                     'leaseDurationSeconds': 15, 'renewTime': '2026-01-31T12:00:00.000000Z',
                     'leaseTransitions': 0}})"},
      {"persistentvolumes", R"({'spec': {'capacity': {'storage': '10Gi'},
                     'accessModes': ['ReadWriteOnce'], 'volumeMode': 'Filesystem',
                     'persistentVolumeReclaimPolicy': 'Delete',
                     'csi': {'driver': 'd', 'volumeHandle': 'v'}}})"},
      {"persistentvolumeclaims", R"({'spec': {'accessModes': ['ReadWriteOnce'],
                     'volumeMode': 'Filesystem', 'storageClassName': 's',
                     'resources': {'requests': {'storage': 1}},
                     'dataSource': {'apiGroup': 'g', 'kind': 'VolumeSnapshot', 'name': 'b'}}})"},
      {"storageclasses",
       "{'provisioner': 'd', 'reclaimPolicy': 'Delete', 'parameters': {'a': 'b'},"
       " 'volumeBindingMode': 'Immediate'}"},
      {"nodes", "{'spec': {'unschedulable': true}, 'status': {'volumesInUse': ['v']}}"},
      {"configmaps", "{'data': {'a': 'b'}}"},
      {"serviceaccounts", "{'imagePullSecrets': [{'name': 's'}]}"},
  }));
  INFO(row.plural);
  const Kind& kind = builtin_kind(row.plural);
  Json object = j(row.object);
  object.update({{"apiVersion", kind.api_version()}, {"kind", kind.kind}});
  CHECK(unknown_fields(kind.schema, object).empty());
  Json kept = object;
  prune(kind.schema, kept);
  CHECK(kept == object);
  apply_defaults(kind.schema, kept);
  CHECK(sentences(validate(kind.schema, kept)).empty());
}

TEST_CASE("our own definitions are accepted whole") {
  const std::string plural =
      GENERATE("volumesnapshots", "volumesnapshotcontents", "volumesnapshotclasses");
  const Json crd = crd_manifest(plural);
  Json pruned = crd;
  const Json& schema = builtin_kind("customresourcedefinitions").schema;
  prune(schema, pruned);
  CHECK(pruned == crd);
  CHECK(sentences(validate(schema, crd)).empty());
}

TEST_CASE("what the registry does to an object before it is kept") {
  struct Row {
    const char* sentence;
    const char* plural;
    const char* given;
    const char* expected;
  };
  const Row row = GENERATE(values<Row>({
      {"a secret's plain values become base64, and win", "secrets",
       "{'data': {'a': 'eA==', 'b': 'eQ=='}, 'stringData': {'a': 'one', 'c': 'four', 'd': ''}}",
       "{'data': {'a': 'b25l', 'b': 'eQ==', 'c': 'Zm91cg==', 'd': ''}}"},
      {"a secret without plain values is left alone", "secrets", "{'data': {'a': 'eA=='}}",
       "{'data': {'a': 'eA=='}}"},
      {"a namespace carries its name as a label, and is active", "namespaces",
       "{'metadata': {'name': 'n', 'labels': {'a': 'b'}}}",
       "{'metadata': {'name': 'n', 'labels': {'a': 'b', 'kubernetes.io/metadata.name': 'n'}},"
       " 'status': {'phase': 'Active'}}"},
      {"a namespace on its way out stays so", "namespaces",
       "{'metadata': {'name': 'n'}, 'status': {'phase': 'Terminating'}}",
       "{'metadata': {'name': 'n', 'labels': {'kubernetes.io/metadata.name': 'n'}},"
       " 'status': {'phase': 'Terminating'}}"},
      {"a claim waits at first", "persistentvolumeclaims", "{}",
       "{'status': {'phase': 'Pending'}}"},
      {"other kinds are left alone", "configmaps", "{'stringData': {'a': 'b'}}",
       "{'stringData': {'a': 'b'}}"},
  }));
  INFO(row.sentence);
  Json object = j(row.given);
  admit(builtin_kind(row.plural), object);
  CHECK(object == j(row.expected));
  admit(builtin_kind(row.plural), object);
  CHECK(object == j(row.expected));
}

}  // namespace devcluster::apiserver
