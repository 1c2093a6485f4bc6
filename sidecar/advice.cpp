#include "sidecar/advice.hpp"

namespace sidecar {

std::string advice_for(base::ErrorKind kind, std::string_view what) {
  switch (kind) {
    case base::ErrorKind::not_found:
      return "install the snapshot CRDs: kubectl apply -k manifests/crds";
    case base::ErrorKind::forbidden:
      return "let the service account get, list, watch and patch " + std::string(what) +
             ": manifests/csi-snapshotter/rbac.yaml";
    case base::ErrorKind::unauthenticated:
      return "check the token of the kubeconfig or of the pod's service account";
    default:
      return "";
  }
}

}  // namespace sidecar
