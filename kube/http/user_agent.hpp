#pragma once

#include <string>
#include <string_view>

namespace kube {

// "csi-snapshotter/v1.2.3 (linux/amd64) kubernetes/none". What stands before the first slash
// becomes the field manager of our writes, so it must not change between versions.
std::string user_agent(std::string_view program, std::string_view version);

}  // namespace kube
