#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tests {

// A program under test: started with its output in a file, and killed if the test forgets it.
class Process {
 public:
  // The first word is the program's path. The environment is ours, with `environment` ("A=b") on
  // top.
  Process(std::vector<std::string> words, std::filesystem::path log,
          std::vector<std::string> environment = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void signal(int number);
  // The exit status, or 128 plus the signal that killed it; nothing while it runs. Does not wait.
  std::optional<int> exit_status();
  // What it has written so far, to both of its outputs.
  std::string output() const;
  pid_t pid() const { return pid_; }

 private:
  std::filesystem::path log_;
  pid_t pid_ = -1;
  std::optional<int> exit_status_;
};

// Paths that meson passes to the test in its environment: $CSI_SNAPSHOTTER, the binary that was
// built with it, $CRDS, the folder manifests/crds, and $HOST_NAME_MODULE, see host_name.cpp.
std::string sidecar_program();
std::filesystem::path crds_folder();
std::filesystem::path host_name_module();

}  // namespace tests
