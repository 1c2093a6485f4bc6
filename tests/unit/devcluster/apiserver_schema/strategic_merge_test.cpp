#include "devcluster/apiserver/strategic_merge.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/devcluster/apiserver_schema/support.hpp"

namespace devcluster::apiserver {
namespace {

struct Row {
  const char* sentence;
  const char* object;
  const char* patch;
  const char* expected;
};

}  // namespace

TEST_CASE("a strategic merge patch of a claim") {
  const Row row = GENERATE(values<Row>({
      {"a field is set", "{'spec': {'volumeName': 'a'}}", "{'spec': {'storageClassName': 's'}}",
       "{'spec': {'volumeName': 'a', 'storageClassName': 's'}}"},
      {"null removes a field", "{'spec': {'volumeName': 'a'}}", "{'spec': {'volumeName': null}}",
       "{'spec': {}}"},
      {"null for what is absent changes nothing", "{'spec': {}}", "{'spec': {'volumeName': null}}",
       "{'spec': {}}"},
      {"nulls in what is new are not kept", "{}",
       "{'spec': {'volumeName': null, 'volumeMode': 'Block'}}",
       "{'spec': {'volumeMode': 'Block'}}"},
      {"a list without a strategy is replaced", "{'spec': {'accessModes': ['a', 'b']}}",
       "{'spec': {'accessModes': ['c']}}", "{'spec': {'accessModes': ['c']}}"},
      {"labels are merged one by one", "{'metadata': {'labels': {'a': '1', 'b': '2'}}}",
       "{'metadata': {'labels': {'b': null, 'c': '3'}}}",
       "{'metadata': {'labels': {'a': '1', 'c': '3'}}}"},
      {"finalizers are added, each once", "{'metadata': {'finalizers': ['a', 'b']}}",
       "{'metadata': {'finalizers': ['b', 'c']}}", "{'metadata': {'finalizers': ['a', 'b', 'c']}}"},
      {"finalizers are taken away by name", "{'metadata': {'finalizers': ['a', 'b', 'c']}}",
       "{'metadata': {'$deleteFromPrimitiveList/finalizers': ['b', 'x']}}",
       "{'metadata': {'finalizers': ['a', 'c']}}"},
      {"finalizers are added, taken away and ordered at once",
       "{'metadata': {'finalizers': ['a', 'b']}}",
       "{'metadata': {'$deleteFromPrimitiveList/finalizers': ['a'], 'finalizers': ['c'],"
       " '$setElementOrder/finalizers': ['c', 'b']}}",
       "{'metadata': {'finalizers': ['c', 'b']}}"},
      {"owners are merged by uid",
       "{'metadata': {'ownerReferences': [{'uid': '1', 'name': 'a'}, {'uid': '2', 'name': 'b'}]}}",
       "{'metadata': {'ownerReferences': [{'uid': '2', 'controller': true}, {'uid': '3'}]}}",
       "{'metadata': {'ownerReferences': [{'uid': '1', 'name': 'a'},"
       " {'uid': '2', 'name': 'b', 'controller': true}, {'uid': '3'}]}}"},
      {"an owner is taken away", "{'metadata': {'ownerReferences': [{'uid': '1'}, {'uid': '2'}]}}",
       "{'metadata': {'ownerReferences': [{'uid': '1', '$patch': 'delete'}, {'uid': '9',"
       " '$patch': 'delete'}]}}",
       "{'metadata': {'ownerReferences': [{'uid': '2'}]}}"},
      {"one owner is replaced whole",
       "{'metadata': {'ownerReferences': [{'uid': '1', 'name': 'a', 'kind': 'K'}]}}",
       "{'metadata': {'ownerReferences': [{'$patch': 'replace'}, {'uid': '1', 'name': 'b'}]}}",
       "{'metadata': {'ownerReferences': [{'uid': '1', 'name': 'b'}]}}"},
      {"an element without its key is appended",
       "{'metadata': {'ownerReferences': [{'uid': '1'}]}}",
       "{'metadata': {'ownerReferences': [{'name': 'a'}]}}",
       "{'metadata': {'ownerReferences': [{'uid': '1'}, {'name': 'a'}]}}"},
      {"conditions are merged by type",
       "{'status': {'conditions': [{'type': 'Resizing', 'status': 'True', 'reason': 'r'}]}}",
       "{'status': {'conditions': [{'type': 'Resizing', 'status': 'False'}]}}",
       "{'status': {'conditions': [{'type': 'Resizing', 'status': 'False', 'reason': 'r'}]}}"},
      {"an object is replaced", "{'spec': {'volumeName': 'a', 'volumeMode': 'Block'}}",
       "{'spec': {'$patch': 'replace', 'volumeName': 'b'}}", "{'spec': {'volumeName': 'b'}}"},
      {"an object is emptied", "{'spec': {'volumeName': 'a'}}", "{'spec': {'$patch': 'delete'}}",
       "{'spec': {}}"},
      {"merge is what happens anyway", "{'spec': {'volumeName': 'a'}}",
       "{'spec': {'$patch': 'merge', 'volumeMode': 'Block'}}",
       "{'spec': {'volumeName': 'a', 'volumeMode': 'Block'}}"},
      {"only these keys are retained", "{'spec': {'volumeName': 'a', 'volumeMode': 'Block'}}",
       "{'spec': {'$retainKeys': ['volumeMode', 'storageClassName'], 'storageClassName': 's'}}",
       "{'spec': {'volumeMode': 'Block', 'storageClassName': 's'}}"},
      {"a list takes the place of what is none", "{'metadata': {'finalizers': 'odd'}}",
       "{'metadata': {'finalizers': ['a']}}", "{'metadata': {'finalizers': ['a']}}"},
      {"a directive for what is absent changes nothing", "{'metadata': {}}",
       "{'metadata': {'$deleteFromPrimitiveList/finalizers': ['a'],"
       " '$setElementOrder/ownerReferences': [{'uid': '1'}], '$retainKeys': []}}",
       "{'metadata': {}}"},
  }));
  INFO(row.sentence);
  CHECK(strategic_merge(builtin_kind("persistentvolumeclaims"), j(row.object), j(row.patch)) ==
        j(row.expected));
}

TEST_CASE("elements that the patch does not know stay with their neighbour") {
  struct Order {
    const char* sentence;
    const char* given;
    const char* order;
    const char* expected;
  };
  const Order row = GENERATE(values<Order>({
      {"known ones change places", "['a', 'b']", "['b', 'a']", "['b', 'a']"},
      {"an unknown one in front", "['x', 'a', 'b']", "['b', 'a']", "['b', 'x', 'a']"},
      {"an unknown one at the end", "['a', 'b', 'x']", "['b', 'a']", "['b', 'a', 'x']"},
      {"two unknown ones keep their order", "['x', 'y', 'a']", "['a']", "['x', 'y', 'a']"},
      {"the order names what is absent", "['a']", "['z', 'a']", "['a']"},
      {"the order names one twice", "['a', 'b']", "['b', 'b', 'a']", "['b', 'a']"},
  }));
  INFO(row.sentence);
  const Json object{{"metadata", {{"finalizers", j(row.given)}}}};
  const Json patch{{"metadata", {{"$setElementOrder/finalizers", j(row.order)}}}};
  CHECK(strategic_merge(builtin_kind("secrets"), object, patch)["metadata"]["finalizers"] ==
        j(row.expected));
}

TEST_CASE("a patch without a schema still merges objects") {
  Kind kind;
  CHECK(strategic_merge(kind, j("{'a': {'b': 1}}"), j("{'a': {'c': [1]}}")) ==
        j("{'a': {'b': 1, 'c': [1]}}"));
}

}  // namespace devcluster::apiserver
