#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "kube/api/resource.hpp"

namespace kube {

// "/api/v1/namespaces/default/secrets/a/status". The space and the subresource may be empty, so may
// the name: then it is the collection. A part that is "." or ".." or holds "/" or "%" is refused:
// an object's name must not lead to another object's path.
base::Result<std::string> request_target(const ObjectPath& path);

// Form-encoded query parameters; empty values are left out.
class Query {
 public:
  Query& add(std::string_view name, std::string_view value);
  Query& add(std::string_view name, long long value);

  // "?a=1&b=x%3Dy", or empty when nothing was added.
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace kube
