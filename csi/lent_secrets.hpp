#pragma once

#include <string>

#include <google/protobuf/map.h>

#include "csi/secrets.hpp"

namespace csi {

// Lends credentials to a request and overwrites them when the call is over, however it ends. The
// field must live longer.
class LentSecrets {
 public:
  using Field = google::protobuf::Map<std::string, std::string>;

  LentSecrets(const Secrets& secrets, Field& field) : field_(field) {
    for (const auto& [key, value] : secrets.values()) field_[key] = value;
  }
  LentSecrets(const LentSecrets&) = delete;
  LentSecrets& operator=(const LentSecrets&) = delete;
  ~LentSecrets() {
    for (auto& [key, value] : field_) wipe(value);
  }

 private:
  Field& field_;
};

}  // namespace csi
