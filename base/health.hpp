#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostics_server.hpp"

namespace base {

// Why something is not well, or nothing.
using HealthCheck = std::function<std::optional<std::string>()>;

// A page such as /readyz: named checks, asked when the page is. 200 and "ok" when all are well,
// otherwise 500 and one line for each that is not, with its reason:
//   [-]driver: not connected to /run/csi/socket for 12s
// With ?verbose all are listed ("[+]lease: ok"), and the last line says how it ends, in the words
// of the Kubernetes components.
class Health {
 public:
  // `page`: its name, for the last line ("readyz").
  explicit Health(std::string page) : page_(std::move(page)) {}

  void add(std::string name, HealthCheck check);

  DiagnosticsReply answer(const DiagnosticsRequest& request) const;

 private:
  std::string page_;
  std::vector<std::pair<std::string, HealthCheck>> checks_;  // asked in this order
};

// A page of one check, in client-go's shape: 200 "ok", or 500 "internal server error: <reason>".
DiagnosticsReply health_of(const HealthCheck& check);

}  // namespace base
