#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "devcluster/apiserver/run.hpp"
#include "devcluster/demo/volume_command.hpp"
#include "devcluster/driver/run.hpp"

namespace {

int usage() {
  std::fputs(
      "usage: devcluster COMMAND [flags]\n"
      "  apiserver  serve the Kubernetes API from memory\n"
      "  driver     serve CSI from a folder of files\n"
      "  volume     ask a CSI driver for a volume, as a provisioner would\n"
      "Each says more with --help.\n",
      stderr);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return usage();
  const std::string_view command = argv[1];
  const std::vector<std::string> words(argv + 2, argv + argc);
  if (command == "apiserver") return devcluster::apiserver::run_apiserver(words);
  if (command == "driver") return devcluster::driver::run_driver(words);
  if (command == "volume") return devcluster::demo::run_volume(words);
  return usage();
}
