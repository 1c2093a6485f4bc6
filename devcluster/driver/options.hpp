#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/flags.hpp"
#include "devcluster/driver/behaviour.hpp"

namespace devcluster::driver {

struct Options {
  std::string name = "devcluster.csi.example.com";
  std::string endpoint = "unix:///tmp/devcluster-csi.sock";  // or a bare absolute path
  std::string data_folder;  // volumes and snapshots; made when missing
  bool durable = true;      // fsync what is written: survives not only us, but also a power cut
  Behaviour behaviour;
};

// The driver's command line: the options, or what to print and which status to exit with.
struct CommandLine {
  Options options;
  bool help = false;  // print usage, exit 0
  std::string usage;
};
base::Result<CommandLine> parse_command_line(const std::vector<std::string>& words);

// The path in an endpoint: "unix:///path", "unix:/path" or "/path".
base::Result<std::string> socket_path(const std::string& endpoint);

}  // namespace devcluster::driver
