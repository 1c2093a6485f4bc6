#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "devcluster/apiserver/refusal.hpp"
#include "devcluster/apiserver/watch.hpp"

namespace devcluster::apiserver {

// What goes back to the client: a body, or a watch whose events follow.
struct Reply {
  Reply() = default;  // see the note on aggregates and co_await in base/error.hpp

  int code = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::unique_ptr<Watch> watch;
  std::chrono::seconds watch_timeout{0};
};

Reply json_reply(int code, const Json& body);
Reply text_reply(int code, std::string body);
Reply refused(const Refusal& refusal);

}  // namespace devcluster::apiserver
