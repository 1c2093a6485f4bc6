#pragma once

#include <string>
#include <string_view>

namespace devcluster::apiserver {

// RFC 4648 with padding, as Secrets and kubeconfigs have it.
std::string base64_of(std::string_view raw);

}  // namespace devcluster::apiserver
