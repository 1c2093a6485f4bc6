#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kube {

// Standard base64 with padding (RFC 4648, 4). Decoding passes over line breaks and refuses the
// rest.
std::string base64_encode(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace kube
