#include "sidecar/feature_gates.hpp"

#include <algorithm>

#include "base/flags.hpp"

namespace sidecar {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view group_snapshots_gate = "CSIVolumeGroupSnapshot";
constexpr std::string_view release_lease_gate = "ReleaseLeaderElectionOnExit";
constexpr std::string_view all_alpha = "AllAlpha";
constexpr std::string_view all_beta = "AllBeta";

// The gates of k8s.io/apiserver 0.36, with the two that its zpages bring along.
constexpr std::string_view api_server_gates[] = {
    "APIResponseCompression",
    "APIServerIdentity",
    "APIServerTracing",
    "APIServingWithRoutine",
    "AggregatedDiscoveryRemoveBetaType",
    "AllowParsingUserUIDFromCertAuth",
    "AllowUnsafeMalformedObjectDeletion",
    "AnonymousAuthConfigurableEndpoints",
    "AuthorizeWithSelectors",
    "BtreeWatchCache",
    "CBORServingAndStorage",
    "ComponentFlagz",
    "ComponentStatusz",
    "ConcurrentWatchObjectDecode",
    "ConsistentListFromCache",
    "ConstrainedImpersonation",
    "CoordinatedLeaderElection",
    "DeclarativeValidation",
    "DeclarativeValidationBeta",
    "DeclarativeValidationTakeover",
    "DetectCacheInconsistency",
    "KMSv1",
    "ListFromCacheSnapshot",
    "ManifestBasedAdmissionControlConfig",
    "MutatingAdmissionPolicy",
    "OpenAPIEnums",
    "RemoteRequestHeaderUID",
    "ResilientWatchCacheInitialization",
    "RetryGenerateName",
    "SeparateCacheWatchRPC",
    "ShardedListAndWatch",
    "SizeBasedListCostEstimate",
    "StorageVersionAPI",
    "StorageVersionHash",
    "StreamingCollectionEncodingToJSON",
    "StreamingCollectionEncodingToProtobuf",
    "StructuredAuthenticationConfiguration",
    "StructuredAuthenticationConfigurationEgressSelector",
    "StructuredAuthenticationConfigurationJWKSMetrics",
    "TokenRequestServiceAccountUIDValidation",
    "UnauthenticatedHTTP2DOSMitigation",
    "UnknownVersionInteroperabilityProxy",
    "WatchCacheInitializationPostStartHook",
};

bool known(std::string_view name) {
  return name == group_snapshots_gate || name == release_lease_gate || name == all_alpha ||
         name == all_beta ||
         std::find(std::begin(api_server_gates), std::end(api_server_gates), name) !=
             std::end(api_server_gates);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n\v\f";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

base::Result<void> FeatureGates::add(std::string_view pairs) {
  while (!pairs.empty()) {
    const std::string_view pair = pairs.substr(0, pairs.find(','));
    pairs.remove_prefix(std::min(pair.size() + 1, pairs.size()));
    if (pair.empty()) continue;  // upstream allows a trailing comma
    const std::size_t equals = pair.find('=');
    const auto value = equals == std::string_view::npos
                           ? std::nullopt
                           : base::parse_go_bool(trimmed(pair.substr(equals + 1)));
    if (!value)
      return Error(ErrorKind::invalid,
                   "\"" + std::string(pair) + "\" is not of the form Name=true or Name=false");
    given_.insert_or_assign(std::string(trimmed(pair.substr(0, equals))), *value);
  }
  return {};
}

base::Result<void> FeatureGates::check() const {
  for (const auto& [name, value] : given_) {
    if (!known(name))
      return Error(ErrorKind::invalid, "--feature-gates: \"" + name +
                                           "\" is no feature gate; those with an effect are " +
                                           std::string(group_snapshots_gate) + " and " +
                                           std::string(release_lease_gate));
  }
  return {};
}

bool FeatureGates::group_snapshots() const {
  if (const auto named = given_.find(group_snapshots_gate); named != given_.end())
    return named->second;
  const auto beta = given_.find(all_beta);
  return beta == given_.end() || beta->second;
}

bool FeatureGates::release_lease_on_exit() const {
  const auto named = given_.find(release_lease_gate);
  return named == given_.end() || named->second;
}

std::string FeatureGates::describe() {
  return "AllAlpha=true|false (default=false): without effect, no gate here is alpha\n"
         "AllBeta=true|false (default=true): CSIVolumeGroupSnapshot, unless that is given\n"
         "CSIVolumeGroupSnapshot=true|false (default=true): group snapshots, where the API server "
         "and the driver know them\n"
         "ReleaseLeaderElectionOnExit=true|false (default=true): give the lease up at the end";
}

}  // namespace sidecar
