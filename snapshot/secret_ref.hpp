#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "snapshot/content_view.hpp"
#include "snapshot/parameters.hpp"

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

// From the class's parameters, for look-ups. Both keys or none; their values are templates in which
// ${volumesnapshotcontent.name} (for groups ${volumegroupsnapshotcontent.name}) stands for the
// content's name. The error names the key or the token that is wrong (spec/sidecar.md 4.7).
base::Result<std::optional<SecretRef>> look_up_secret_ref(const ContentView& content,
                                                          const Parameters& of_class);

}  // namespace snapshot
