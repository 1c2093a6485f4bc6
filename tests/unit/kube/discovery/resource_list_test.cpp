#include "kube/discovery/resource_list.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "tests/support/result_printer.hpp"

using kube::ResourceSet;
using kube::Served;

TEST_CASE("where a group's resources are listed") {
  CHECK(discovery_path(ResourceSet("snapshot.storage.k8s.io", "v1", {})) ==
        "/apis/snapshot.storage.k8s.io/v1");
  CHECK(discovery_path(ResourceSet("", "v1", {})) == "/api/v1");
}

TEST_CASE("what a list of resources says") {
  struct Row {
    const char* sentence;
    const char* list;
    std::optional<Served> all;  // nothing: it is no such list
  };
  const Row table[] = {
      {"both are there",
       R"({"kind":"APIResourceList","resources":[{"name":"classes"},{"name":"contents"},{"name":"x"}]})",
       Served::yes},
      {"one is missing", R"({"kind":"APIResourceList","resources":[{"name":"classes"}]})",
       Served::no},
      {"only its status is there",
       R"({"kind":"APIResourceList","resources":[{"name":"classes"},{"name":"contents/status"}]})",
       Served::no},
      {"none is there", R"({"kind":"APIResourceList","resources":[]})", Served::no},
      {"nothing is served", R"({"kind":"APIResourceList","resources":null})", Served::no},
      {"entries of any shape", R"({"kind":"APIResourceList","resources":[1,null,{"name":2}]})",
       Served::no},
      {"another document", R"({"kind":"APIGroup"})", {}},
      {"no document", R"([])", {}},
  };
  const ResourceSet wanted("example.com", "v1", {"contents", "classes"});
  for (const Row& row : table) {
    INFO(row.sentence);
    const base::Result<Served> all = names_all(boost::json::parse(row.list), wanted);
    CHECK(all.has_value() == row.all.has_value());
    if (row.all && all) CHECK(*all == *row.all);
    if (!row.all && !all) CHECK(all.error().kind() == base::ErrorKind::malformed);
  }
}
