#pragma once

#include <functional>
#include <string>

#include <google/protobuf/map.h>
#include <grpcpp/support/status.h>

#include "devcluster/driver/behaviour.hpp"

namespace devcluster::driver {

using Deed = std::function<grpc::Status()>;
using SecretsField = google::protobuf::Map<std::string, std::string>;

// What a Behaviour lets calls do. All is looked up when a deed is done, not when it is wrapped.
class Admission {
 public:
  // The behaviour must live longer.
  explicit Admission(const Behaviour& behaviour) : behaviour_(behaviour) {}

  // `capability` as CSI writes it: "LIST_SNAPSHOTS".
  bool offers(const std::string& capability) const;
  // The deed, unless the driver is to do without the capability.
  Deed if_offered(std::string capability, Deed deed) const;
  // The deed, unless a secret is missing or wrong. The field must live until it is done.
  Deed if_trusted(const SecretsField& secrets, Deed deed) const;

 private:
  const Behaviour& behaviour_;
};

}  // namespace devcluster::driver
