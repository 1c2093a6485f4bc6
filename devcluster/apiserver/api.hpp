#pragma once

#include <optional>
#include <string>
#include <vector>

#include "devcluster/apiserver/cluster.hpp"
#include "devcluster/apiserver/faults.hpp"
#include "devcluster/apiserver/reply.hpp"
#include "devcluster/apiserver/request.hpp"
#include "devcluster/apiserver/request_log.hpp"

namespace devcluster::apiserver {

// Answers requests, without any sockets: resources, discovery, OpenAPI, health, and the server's
// own /devcluster/faults and /devcluster/requests. Faults are scripted here but carried out by
// whoever holds the connection.
class Api {
 public:
  struct Options {
    Cluster::Options cluster;
    std::vector<std::string> tokens;  // bearer tokens that are let in; none: everybody is
    std::size_t request_log_capacity = 0;
  };
  explicit Api(Options options);

  Reply handle(const Request& request, const RequestInfo& info);

  Cluster& cluster() { return cluster_; }
  Faults& faults() { return faults_; }
  RequestLog& requests() { return requests_; }

 private:
  bool admitted(const Request& request, const RequestInfo& info) const;
  Answer<Reply> resource(const Request& request, const RequestInfo& info);
  std::optional<Reply> document(const Request& request, const RequestInfo& info);
  Reply open_api_v2(const Request& request);
  Answer<Reply> control_faults(const Request& request, const RequestInfo& info);
  Reply list_requests(const Request& request);

  std::vector<std::string> tokens_;
  Cluster cluster_;
  Faults faults_;
  RequestLog requests_;
};

}  // namespace devcluster::apiserver
