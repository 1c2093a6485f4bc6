#include "kube/api/request_target.hpp"

#include <catch2/catch.hpp>

namespace kube {
namespace {

const Resource contents{"snapshot.storage.k8s.io", "v1", "volumesnapshotcontents"};
const Resource secrets{"", "v1", "secrets"};

struct Row {
  const char* sentence;
  ObjectPath path;
  const char* target;
};

TEST_CASE("an object's path becomes the target of its request") {
  const Row table[] = {
      {"a group has its own root", ObjectPath(contents, "", "a"),
       "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents/a"},
      {"the core group has another", ObjectPath(secrets, "default", "b"),
       "/api/v1/namespaces/default/secrets/b"},
      {"a subresource follows the name", ObjectPath(contents, "", "a", "status"),
       "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents/a/status"},
      {"without a name it is the collection", ObjectPath(secrets, "default", ""),
       "/api/v1/namespaces/default/secrets"},
      {"without a space it is all of them", ObjectPath(secrets, "", ""), "/api/v1/secrets"},
      {"what a URL gives a meaning to is escaped", ObjectPath(secrets, "default", "a?b#c d:e"),
       "/api/v1/namespaces/default/secrets/a%3Fb%23c%20d%3Ae"},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    CHECK(request_target(row.path).value() == row.target);
  }
}

TEST_CASE("a part that would lead to another object's path is refused") {
  for (const char* part : {".", "..", "a/b", "a%2fb", "../../../../api/v1/secrets/x"}) {
    INFO(part);
    CHECK(request_target(ObjectPath(secrets, "default", part)).has_error());
    CHECK(request_target(ObjectPath(secrets, part, "a")).has_error());
    CHECK(request_target(ObjectPath(secrets, "default", "a", part)).has_error());
  }
  const auto refused = request_target(ObjectPath(secrets, "default", ".."));
  CHECK(refused.error().kind() == base::ErrorKind::invalid);
  CHECK(refused.error().text() == "\"..\" cannot be part of an API path");
  CHECK(request_target(ObjectPath(secrets, "default", "", "status")).has_error());
}

TEST_CASE("query parameters are form-encoded, and left out when empty") {
  Query query;
  CHECK(query.text().empty());
  query.add("labelSelector", "a=b,c in (d)").add("continue", "").add("limit", 500);
  CHECK(query.text() == "?labelSelector=a%3Db%2Cc%20in%20%28d%29&limit=500");
}

}  // namespace
}  // namespace kube
