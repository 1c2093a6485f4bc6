#pragma once

#include <string>

#include "base/error.hpp"

namespace kube {

// PEM text must hold at least one certificate that parses; blocks of other kinds are passed over.
base::Result<void> check_certificates(const std::string& pem);

// The first certificate and the key must belong together. A key under a passphrase is refused.
base::Result<void> check_key_pair(const std::string& certificate_pem, const std::string& key_pem);

}  // namespace kube
