#include "sidecar/advice.hpp"

namespace sidecar {

std::string advice_for(base::ErrorKind kind, std::string_view what) {
  switch (kind) {
    case base::ErrorKind::not_found:
      return "install the snapshot CRDs: kubectl apply -k manifests/crds";
    case base::ErrorKind::forbidden:
      return "give the service account the rights on " + std::string(what) +
             " of manifests/csi-snapshotter/rbac.yaml";
    case base::ErrorKind::unauthenticated:
      return "check the token of the kubeconfig or of the pod's service account";
    default:
      return "";
  }
}

}  // namespace sidecar
