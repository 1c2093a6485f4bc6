#include "devcluster/driver/admission.hpp"

#include <algorithm>
#include <utility>

namespace devcluster::driver {

using grpc::Status;
using grpc::StatusCode;

bool Admission::offers(const std::string& capability) const {
  return !behaviour_.without.contains(capability);
}

Deed Admission::if_offered(std::string capability, Deed deed) const {
  return [this, capability = std::move(capability), deed = std::move(deed)] {
    if (offers(capability)) return deed();
    return Status(StatusCode::UNIMPLEMENTED, "the driver was started without " + capability);
  };
}

Deed Admission::if_trusted(const SecretsField& secrets, Deed deed) const {
  return [this, &secrets, deed = std::move(deed)] {
    const auto brought = [&](const auto& required) {
      const auto found = secrets.find(required.first);
      return found != secrets.end() && found->second == required.second;
    };
    const auto& required = behaviour_.required_secrets;
    if (std::all_of(required.begin(), required.end(), brought)) return deed();
    return Status(StatusCode::UNAUTHENTICATED, "the secrets are missing or wrong");
  };
}

}  // namespace devcluster::driver
