#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace kube {

struct Header {
  std::string name;
  std::string value;
};
using Headers = std::vector<Header>;

// One request, before it has a connection. `target` is the encoded path with its query.
class HttpRequest {
 public:
  HttpRequest(std::string method, std::string target)
      : method(std::move(method)), target(std::move(target)) {}

  std::string method;  // upper case
  std::string target;
  std::string content_type;  // of the body; empty: there is no body
  std::string body;
};

// The request as HTTP/1.1 puts it on the wire. `headers` are those that every request to this
// server carries. A value that would break out of its line is refused and not repeated.
base::Result<std::string> to_wire(const HttpRequest& request, const Headers& headers);

}  // namespace kube
