#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>

#include "base/error.hpp"

namespace kube {

// Port: what the API server says at a path that is no object's, such as its discovery documents.
// Implemented by ApiClient.
class ApiPaths {
 public:
  virtual ~ApiPaths() = default;

  // "/apis/snapshot.storage.k8s.io/v1". The path is not checked. What the server does not serve is
  // ErrorKind::not_found; the error names the path.
  virtual boost::asio::awaitable<base::Result<boost::json::value>> get_path(std::string path) = 0;
};

}  // namespace kube
