#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <malloc.h>
#include <boost/asio/io_context.hpp>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "sidecar/command_line.hpp"
#include "sidecar/environment.hpp"
#include "sidecar/options.hpp"
#include "sidecar/sidecar.hpp"
#include "sidecar/version.hpp"

namespace {

// What Go's flag package ends with.
constexpr int exit_usage = 2;

int say(const std::string& text, int status) {
  std::fputs(text.c_str(), stderr);
  return status;
}

std::string listed(const std::vector<std::string>& flags) {
  std::string text;
  for (const std::string& flag : flags) text += (text.empty() ? "" : " ") + flag;
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  // One heap for all threads: gRPC's would each keep one of their own for a handful of bytes.
  mallopt(M_ARENA_MAX, 1);
  const std::string program = argv[0];
  auto options = sidecar::parse_command_line(program, {argv + 1, argv + argc});
  if (!options) return say(options.error().text() + "\n" + sidecar::usage(program), exit_usage);
  if (options->show_help) return say(sidecar::usage(program), EXIT_SUCCESS);
  if (options->show_version) return std::printf("%s %s\n", argv[0], sidecar::version()) < 0;
  const auto environment = sidecar::Environment::of_process();
  complete(*options, environment);
  if (const auto refusal = find_refusal(*options))
    return say(refusal->why.text() + "\n", refusal->exit_status);
  const auto peers = sidecar::find_peers(*options);
  if (!peers) return say(peers.error().text() + "\n", EXIT_FAILURE);

  base::SystemClock clock;
  const base::Logger log(clock, log_options(options->log).value(), base::to_stderr());
  if (!options->ignored_flags.empty())
    log.warning("Flags without effect were given", {{"flags", listed(options->ignored_flags)}});
  if (!environment.proxy.empty())
    log.warning("No proxy is used: the API server must be reachable directly",
                {{"variable", environment.proxy}});
  boost::asio::io_context loop(1);
  return sidecar::Sidecar(loop, clock, log, *options, *peers).run();
}
