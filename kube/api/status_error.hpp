#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "base/error.hpp"
#include "kube/api/resource.hpp"
#include "kube/http/response_parser.hpp"

namespace kube {

// What was asked of the API server, for the kind and the sentence of an error.
class ApiCall {
 public:
  ApiCall(std::string verb, ObjectPath path) : verb(std::move(verb)), path(std::move(path)) {}

  std::string verb;  // as RBAC names it: get, list, watch, create, patch, delete
  ObjectPath path;
  std::string credentials;   // where ours come from: "the token file /x", "the kubeconfig /y"
  bool conditional = false;  // a JSON patch with a "test" in it
};

// "patch volumesnapshotcontents/a/status", "list volumesnapshotcontents.snapshot.storage.k8s.io".
std::string to_string(const ApiCall& call);

// What callers branch on. The reason decides if it is one we know, else the code does; 413, 429
// count in either form. An empty reason is none.
base::ErrorKind kind_of(std::string_view reason, int code);

// The error of an answer that is no success: from its Status if the body holds one, else from the
// HTTP code and up to 2 KiB of text. Names what was asked, and what an operator should look at.
base::Error refusal(const ApiCall& call, const ResponseHead& head, std::string_view body);

// The error in a Status object: an ERROR event of a watch, or the body of a refusal.
base::Error status_error(const ApiCall& call, const boost::json::value& status);

// A success whose body is a Status that tells of a failure after all.
std::optional<base::Error> hidden_failure(const ApiCall& call, const boost::json::value& body);

}  // namespace kube
