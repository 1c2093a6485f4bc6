#include "kube/http/user_agent.hpp"

namespace kube {
namespace {

// Go's names of architectures, as every other client sends them.
constexpr std::string_view architecture() {
#if defined(__x86_64__)
  return "amd64";
#elif defined(__aarch64__)
  return "arm64";
#else
  return "unknown";
#endif
}

// client-go puts the commit of its own build here; ours speaks the same API without that code.
constexpr std::string_view commit = "none";

}  // namespace

std::string user_agent(std::string_view program, std::string_view version) {
  std::string agent(program);
  agent.append("/").append(version).append(" (linux/").append(architecture());
  return agent.append(") kubernetes/").append(commit);
}

}  // namespace kube
