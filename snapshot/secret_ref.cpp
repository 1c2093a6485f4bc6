#include "snapshot/secret_ref.hpp"

#include "snapshot/keys.hpp"

namespace snapshot {

base::Result<std::optional<SecretRef>> secret_ref(const ContentView& content) {
  const auto name = content.annotation(keys::secret_name);
  const auto space = content.annotation(keys::secret_namespace);
  if (!name || !space) return std::optional<SecretRef>();
  if (name->empty() || space->empty())
    return base::Error(base::ErrorKind::invalid,
                       "cannot retrieve secrets for snapshot content \"" +
                           std::string(content.name()) +
                           "\", err: secret name or namespace not specified");
  return std::optional(SecretRef{std::string(*space), std::string(*name)});
}

}  // namespace snapshot
