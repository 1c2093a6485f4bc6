#pragma once

#include <string>
#include <vector>

namespace devcluster::demo {

// `devcluster volume create NAME`: asks the driver at --endpoint and prints the volume's id.
// Answers with the exit status.
int run_volume(const std::vector<std::string>& words);

}  // namespace devcluster::demo
