#pragma once

#include <string>

#include "base/error.hpp"

namespace devcluster::apiserver {

// An authority made up on the spot and a certificate it gave the server, all in PEM.
struct Certificates {
  std::string authority;
  std::string certificate;
  std::string key;
};

// For 127.0.0.1, ::1 and localhost, valid for a year from yesterday. Nothing is written to disk.
base::Result<Certificates> make_certificates();

}  // namespace devcluster::apiserver
