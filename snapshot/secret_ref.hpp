#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "snapshot/content_view.hpp"

namespace snapshot {

// Which Secret holds the credentials; never what is in it.
struct SecretRef {
  std::string space;  // namespace
  std::string name;

  bool operator==(const SecretRef&) const = default;
};

// From the deletion-secret annotations, for create and delete. One key alone means no secret, as
// upstream has it; an empty value is an error (spec/sidecar.md 4.7).
base::Result<std::optional<SecretRef>> secret_ref(const ContentView& content);

}  // namespace snapshot
