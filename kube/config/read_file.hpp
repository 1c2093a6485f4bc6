#pragma once

#include <string>

#include "base/error.hpp"

namespace kube {

// The whole file, opened by its path each time: files of a projected volume are replaced by
// renaming a directory above them. Refuses more than 16 MiB. The error names the file and why.
base::Result<std::string> read_file(const std::string& path);

}  // namespace kube
