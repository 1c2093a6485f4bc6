#include "devcluster/apiserver/json_path.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/devcluster/apiserver_schema/support.hpp"

namespace devcluster::apiserver {

TEST_CASE("a path finds its value, or nothing") {
  const Json object = j(R"({
    'spec': {'driver': 'd', 'sizes': [1, 2], 'odd.name': 'o'},
    'status': {'conditions': [{'type': 'Synced', 'status': 'False'},
                              {'type': 'Ready', 'status': 'True'}]}})");
  struct Row {
    const char* sentence;
    const char* path;
    const char* expected;  // JSON; empty: nothing is found
  };
  const Row row = GENERATE(values<Row>({
      {"a member of a member", ".spec.driver", "\"d\""},
      {"in braces, as kubectl writes it", "{.spec.driver}", "\"d\""},
      {"without the first dot", "spec.driver", "\"d\""},
      {"an element", ".spec.sizes[1]", "2"},
      {"all elements: the first", ".spec.sizes[*]", "1"},
      {"a name with a dot, escaped", ".spec.odd\\.name", "\"o\""},
      {"a name with a dot, in brackets", ".spec['odd.name']", "\"o\""},
      {"the element with that type", ".status.conditions[?(@.type==\"Ready\")].status", "\"True\""},
      {"the same with single quotes", ".status.conditions[?(@.type=='Synced')].status",
       "\"False\""},
      {"no such member", ".spec.other", ""},
      {"no such element", ".spec.sizes[2]", ""},
      {"no element has that type", ".status.conditions[?(@.type=='Lost')].status", ""},
      {"a member of what is no object", ".spec.driver.name", ""},
      {"an element of what is no list", ".spec[0]", ""},
      {"a bracket that does not close", ".spec.sizes[1", ""},
      {"two dots", "..driver", ""},
      {"a filter of another kind", ".spec.sizes[?(@>1)]", ""},
  }));
  INFO(row.sentence);
  const Json* found = find_path(object, row.path);
  CHECK((found ? found->dump() : std::string()) == row.expected);
}

}  // namespace devcluster::apiserver
