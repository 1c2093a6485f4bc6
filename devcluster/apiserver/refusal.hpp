#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// What the server answers when it does not do as asked: the metav1.Status of a failure. Texts and
// reasons are those that kube-apiserver uses, for clients and people know them by heart.
class Refusal {
 public:
  Refusal() = default;  // Boost 1.81: result::error() needs one, for the case of no error
  Refusal(int code, std::string reason, std::string message)
      : code_(code), reason_(std::move(reason)), message_(std::move(message)) {}

  int code() const { return code_; }
  const std::string& reason() const { return reason_; }
  const std::string& message() const { return message_; }
  std::optional<int> retry_after_seconds() const { return retry_after_seconds_; }

  // `resource` goes into details.kind, as the real server does it for most reasons.
  Refusal about(std::string group, std::string resource, std::string name) &&;
  Refusal because(std::vector<Cause> causes) &&;
  Refusal retry_after(int seconds) &&;
  // A token with which an expired list can go on, at the price of consistency.
  Refusal continued_by(std::string token) &&;

  // The Status object.
  Json status() const;

 private:
  int code_ = 500;
  std::string reason_;
  std::string message_;
  std::string group_, resource_, name_, continue_;
  std::vector<Cause> causes_;
  std::optional<int> retry_after_seconds_;
};

// Asked for by boost::system::result when value() is called on a refusal: a bug of ours.
[[noreturn]] void throw_exception_from_error(const Refusal& refusal, const boost::source_location&);

template <class T>
using Answer = boost::system::result<T, Refusal>;

// "volumesnapshots.snapshot.storage.k8s.io", or "secrets".
std::string qualified_resource(const Kind& kind);

Refusal already_exists(const Kind& kind, std::string_view name);
Refusal bad_request(std::string message);
Refusal conflict(const Kind& kind, std::string_view name, std::string_view why);
Refusal expired(std::string message);
Refusal forbidden(const Kind& kind, std::string_view name, std::string_view why);
Refusal invalid(const Kind& kind, std::string_view name, std::vector<Cause> causes);
Refusal method_not_allowed(std::string message);
Refusal no_such_path();
Refusal not_acceptable(std::string_view accepted_types);
Refusal not_found(const Kind& kind, std::string_view name);
Refusal unauthorized();
Refusal unsupported_media_type(std::string_view accepted_types);

// The conflict of two writers that every client knows: "the object has been modified; ...".
Refusal stale_version(const Kind& kind, std::string_view name);

}  // namespace devcluster::apiserver
