#pragma once

#include <string>
#include <vector>

namespace devcluster::driver {

// The driver as a program: words are its command line without the program's name. Runs until
// SIGTERM or SIGINT and returns the exit status: 0; 1 if it could not start; 2 for a bad flag.
int run_driver(const std::vector<std::string>& words);

}  // namespace devcluster::driver
