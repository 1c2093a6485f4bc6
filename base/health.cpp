#include "base/health.hpp"

namespace base {
namespace {

// A reason may quote a peer; one check stays one line.
std::string one_line(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '\r') c = ' ';
  return text;
}

}  // namespace

void Health::add(std::string name, HealthCheck check) {
  checks_.emplace_back(std::move(name), std::move(check));
}

DiagnosticsReply Health::answer(const DiagnosticsRequest& request) const {
  std::string unwell, all;
  for (const auto& [name, check] : checks_) {
    const std::optional<std::string> reason = check();
    const std::string line =
        reason ? "[-]" + name + ": " + one_line(*reason) + "\n" : "[+]" + name + ": ok\n";
    if (reason) unwell += line;
    all += line;
  }
  const bool healthy = unwell.empty();
  const bool verbose = request.query == "verbose" || request.query.starts_with("verbose=") ||
                       request.query.starts_with("verbose&");
  DiagnosticsReply reply;
  reply.status = healthy ? 200 : 500;
  if (verbose)
    reply.body = all + page_ + (healthy ? " check passed\n" : " check failed\n");
  else
    reply.body = healthy ? "ok" : unwell;
  return reply;
}

DiagnosticsReply health_of(const HealthCheck& check) {
  const std::optional<std::string> reason = check();
  if (!reason) return DiagnosticsReply("ok");
  return DiagnosticsReply("internal server error: " + one_line(*reason) + "\n", 500);
}

}  // namespace base
