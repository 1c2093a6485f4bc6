#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "sidecar/options.hpp"

namespace sidecar {

// The flags as given; the error's text is for stderr, followed by usage(), with exit status 2.
// Whether the values can work together, find_refusal() tells.
base::Result<Options> parse_command_line(const std::string& program,
                                         const std::vector<std::string>& words);

// What --help prints.
std::string usage(const std::string& program);

}  // namespace sidecar
