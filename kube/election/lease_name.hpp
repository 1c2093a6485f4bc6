#pragma once

#include <string>
#include <string_view>

namespace kube {

// "external-snapshotter-leader-" and "a.b/c" give "external-snapshotter-leader-a-b-c": what is
// neither a letter, a digit nor "-" becomes "-", and a last "-" is followed by an "X". Capitals
// stay, although the API server refuses them: replicas of upstream's program must find the same
// Lease. (spec/kube-client.md 11.2)
std::string lease_name(std::string_view prefix, std::string_view driver);

// The holder's identity, from the host's name and by the same rule.
std::string lease_identity(std::string_view host);

// The namespace of the Lease: the first of these that is not empty, or "default". `pod` is
// $POD_NAMESPACE, `service_account` the content of the service account's file, whose white space
// at both ends does not count.
std::string lease_space(std::string_view flag, std::string_view pod,
                        std::string_view service_account);

}  // namespace kube
