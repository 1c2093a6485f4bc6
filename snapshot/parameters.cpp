#include "snapshot/parameters.hpp"

#include <algorithm>
#include <array>

#include "base/json.hpp"
#include "snapshot/keys.hpp"

namespace snapshot {
namespace {

// Without the prefix. All eight are stripped, whichever kind of snapshot the class is for.
constexpr std::array<std::string_view, 8> reserved{
    "snapshotter-secret-name",           "snapshotter-secret-namespace",
    "snapshotter-list-secret-name",      "snapshotter-list-secret-namespace",
    "group-snapshotter-secret-name",     "group-snapshotter-secret-namespace",
    "group-snapshotter-get-secret-name", "group-snapshotter-get-secret-namespace"};

bool is_reserved(std::string_view key) {
  key.remove_prefix(keys::parameter_prefix.size());
  return std::find(reserved.begin(), reserved.end(), key) != reserved.end();
}

std::string prefixed(std::string_view key) {
  return std::string(keys::parameter_prefix) + std::string(key);
}

}  // namespace

Parameters parameters_of_class(const boost::json::value& snapshot_class) {
  Parameters parameters;
  const boost::json::value* found = base::member(snapshot_class, "parameters");
  const boost::json::object* object = found ? found->if_object() : nullptr;
  if (!object) return parameters;
  for (const auto& [key, value] : *object)
    if (const boost::json::string* text = value.if_string())
      parameters.emplace(std::string(key), std::string(text->data(), text->size()));
  return parameters;
}

base::Result<Parameters> without_reserved(const Parameters& of_class) {
  Parameters kept;
  for (const auto& [key, value] : of_class) {
    if (!key.starts_with(keys::parameter_prefix)) {
      kept.emplace(key, value);
    } else if (!is_reserved(key)) {
      return base::Error(
          base::ErrorKind::invalid,
          "failed to remove CSI Parameters of prefixed keys: found unknown parameter "
          "key \"" +
              key + "\" with reserved namespace " + std::string(keys::parameter_prefix));
    }
  }
  return kept;
}

void add_metadata(Parameters& parameters, const ContentView& content) {
  const std::string ref(content.kind().metadata_ref);
  parameters[prefixed(ref + "/name")] = content.snapshot_ref_name();
  parameters[prefixed(ref + "/namespace")] = content.snapshot_ref_namespace();
  parameters[prefixed(std::string(content.kind().metadata_content) + "/name")] = content.name();
}

}  // namespace snapshot
