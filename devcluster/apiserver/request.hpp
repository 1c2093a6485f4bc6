#pragma once

#include <map>
#include <string>
#include <string_view>

namespace devcluster::apiserver {

// The parts of an HTTP request that the API looks at.
struct Request {
  Request() = default;  // see the note on aggregates and co_await in base/error.hpp

  std::string method;  // "GET"
  std::string target;  // "/api/v1/secrets?limit=5"
  std::string accept;
  std::string content_type;
  std::string user_agent;
  std::string authorization;
  std::string body;
};

// Query parameters, percent-decoded; the first of a repeated one counts.
class Query {
 public:
  Query() = default;
  explicit Query(std::string_view encoded);

  std::string get(std::string_view name) const;
  bool has(std::string_view name) const;
  bool flag(std::string_view name) const;  // "true" and "1"
  void set(std::string name, std::string value);

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

// What a request asks for, read from its method and target alone: the vocabulary of RBAC, of
// scripted faults and of the request log.
struct RequestInfo {
  RequestInfo() = default;  // see the note on aggregates and co_await in base/error.hpp

  std::string path;
  Query query;
  bool is_resource = false;  // the rest is only filled then
  std::string verb;          // get list watch create update patch delete deletecollection
  std::string group;
  std::string version;
  std::string ns;
  std::string resource;  // plural: "volumesnapshotcontents"
  std::string name;      // also that of a watch or list with fieldSelector metadata.name=x
  std::string subresource;
};

RequestInfo request_info(std::string_view method, std::string_view target);

// The value of metadata.name in a field selector such as "metadata.name=a,x=b", or empty.
std::string selected_name(std::string_view field_selector);

std::string percent_decoded(std::string_view text);

}  // namespace devcluster::apiserver
