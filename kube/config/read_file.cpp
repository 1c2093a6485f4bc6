#include "kube/config/read_file.hpp"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace kube {
namespace {

constexpr std::size_t largest = 16 * 1024 * 1024;  // bytes: a mistyped path may name a disk

base::Error failed(const std::string& path, const std::string& why) {
  const auto kind = errno == ENOENT ? base::ErrorKind::not_found : base::ErrorKind::invalid;
  return base::Error(kind, "cannot read " + path + ": " + why);
}

base::Error failed(const std::string& path) {
  return failed(path, std::generic_category().message(errno));
}

}  // namespace

base::Result<std::string> read_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"),
                                                             &std::fclose);
  if (!file) return failed(path);
  std::string content;
  char buffer[4096];
  while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, file.get())) {
    content.append(buffer, count);
    if (content.size() > largest) return failed(path, "it is larger than 16 MiB");
  }
  if (std::ferror(file.get())) return failed(path);
  return content;
}

}  // namespace kube
