#include "tests/support/process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace tests {
namespace {

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  for (std::string& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

std::vector<std::string> environment_with(std::vector<std::string> extra) {
  for (char** entry = environ; *entry; ++entry) extra.emplace_back(*entry);
  return extra;
}

std::string from_environment(const char* name) {
  const char* path = std::getenv(name);
  if (!path) throw std::runtime_error(std::string("$") + name + " is not set: use meson test");
  return path;
}

}  // namespace

Process::Process(std::vector<std::string> words, std::filesystem::path log,
                 std::vector<std::string> environment)
    : log_(std::move(log)) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log_.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  // A server of the test that is stopped must not live on in the program's hands.
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  environment = environment_with(std::move(environment));
  const int failed = posix_spawn(&pid_, words[0].c_str(), &actions, nullptr, pointers(words).data(),
                                 pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed) throw std::runtime_error("cannot start " + words[0]);
}

Process::~Process() {
  if (exit_status()) return;
  signal(SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Process::signal(int number) {
  if (!exit_status()) kill(pid_, number);
}

std::optional<int> Process::exit_status() {
  int status = 0;
  if (exit_status_ || waitpid(pid_, &status, WNOHANG) != pid_) return exit_status_;
  exit_status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return exit_status_;
}

std::string Process::output() const {
  std::ostringstream text;
  text << std::ifstream(log_).rdbuf();
  return text.str();
}

std::string sidecar_program() {
  return from_environment("CSI_SNAPSHOTTER");
}

std::filesystem::path crds_folder() {
  return from_environment("CRDS");
}

std::filesystem::path host_name_module() {
  return from_environment("HOST_NAME_MODULE");
}

}  // namespace tests
