#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include "devcluster/apiserver/kind.hpp"
#include "devcluster/apiserver/request.hpp"

namespace devcluster::apiserver {

// One request that was answered, as tests and people want to see it.
struct LoggedRequest {
  std::string verb, group, ns, resource, name, subresource;
  std::string path;
  int status = 0;  // 0: the connection was dropped instead, see faults.hpp
  std::string user_agent;
  std::string content_type;
  std::string patch;  // the body of a PATCH; other bodies may hold secrets and are not kept
};

// What was asked of the server, oldest first.
class RequestLog {
 public:
  // `capacity` 0: keeps everything.
  explicit RequestLog(std::size_t capacity) : capacity_(capacity) {}

  void add(const Request& request, const RequestInfo& info, int status);
  void clear() { entries_.clear(); }
  const std::deque<LoggedRequest>& entries() const { return entries_; }

  // Which requests; an empty field stands for all, subresource "-" for none.
  struct Filter {
    std::string verb, resource, name, subresource, user_agent;  // the agent's beginning
    int status = 0;
  };
  std::size_t count(const Filter& filter) const;

 private:
  std::size_t capacity_;
  std::deque<LoggedRequest> entries_;
};

Json to_json(const LoggedRequest& entry);

}  // namespace devcluster::apiserver
