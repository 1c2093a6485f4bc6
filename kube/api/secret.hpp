#pragma once

#include <functional>
#include <string>

#include <boost/json/value.hpp>

#include "base/error.hpp"

namespace kube {

// Hands out the decoded `data` of a Secret, entry by entry, and overwrites what it read. An error
// names the key that is no base64, never a value.
base::Result<void> decode_secret(
    boost::json::value secret, const std::function<void(std::string key, std::string value)>& take);

}  // namespace kube
