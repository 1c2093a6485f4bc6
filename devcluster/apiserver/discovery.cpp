#include "devcluster/apiserver/discovery.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

namespace devcluster::apiserver {
namespace {

const std::vector<std::string> object_verbs{"create", "delete", "deletecollection", "get",
                                            "list",   "patch",  "update",           "watch"};
const std::vector<std::string> status_verbs{"get", "patch", "update"};

// How good a version is: general ones first, then beta, then alpha, newer before older.
struct Rank {
  int maturity = 0;  // 3: v1, 2: v1beta1, 1: v1alpha1, 0: something else
  int major = 0;
  int minor = 0;
};

std::optional<int> take_number(std::string_view& rest) {
  const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  if (digits == 0 || digits > 6) return std::nullopt;
  int value = 0;
  for (const char c : rest.substr(0, digits)) value = value * 10 + (c - '0');
  rest.remove_prefix(digits);
  return value;
}

Rank rank_of(std::string_view version) {
  std::string_view rest = version;
  if (!rest.starts_with('v')) return {};
  rest.remove_prefix(1);
  const std::optional<int> major = take_number(rest);
  if (!major) return {};
  if (rest.empty()) return {3, *major, 0};
  const bool beta = rest.starts_with("beta");
  if (!beta && !rest.starts_with("alpha")) return {};
  rest.remove_prefix(beta ? 4 : 5);
  const std::optional<int> minor = take_number(rest);
  if (!minor || !rest.empty()) return {};
  return {beta ? 2 : 1, *major, *minor};
}

// Groups in the order of their first kind, each with its versions, the preferred one first.
struct Group {
  std::string name;
  std::vector<std::string> versions;
};

std::vector<Group> groups_of(const std::vector<Kind>& kinds) {
  std::vector<Group> groups;
  for (const Kind& kind : kinds) {
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& known) { return known.name == kind.group; });
    if (group == groups.end()) group = groups.insert(groups.end(), Group{kind.group, {}});
    std::vector<std::string>& versions = group->versions;
    if (std::find(versions.begin(), versions.end(), kind.version) == versions.end())
      versions.push_back(kind.version);
  }
  for (Group& group : groups)
    std::sort(group.versions.begin(), group.versions.end(), preferred_version);
  return groups;
}

Json group_version(const std::string& group, const std::string& version) {
  return {{"groupVersion", group + "/" + version}, {"version", version}};
}

Json resource_of(const Kind& kind) {
  Json resource{{"name", kind.plural},
                {"singularName", kind.singular},
                {"namespaced", kind.namespaced},
                {"kind", kind.kind},
                {"verbs", object_verbs}};
  if (!kind.short_names.empty()) resource["shortNames"] = kind.short_names;
  if (!kind.categories.empty()) resource["categories"] = kind.categories;
  return resource;
}

Json status_resource_of(const Kind& kind) {
  return {{"name", kind.plural + "/status"},
          {"singularName", ""},
          {"namespaced", kind.namespaced},
          {"kind", kind.kind},
          {"verbs", status_verbs}};
}

Json discovered(const Kind& kind) {
  const Json response{{"group", kind.group}, {"version", kind.version}, {"kind", kind.kind}};
  Json resource{{"resource", kind.plural},
                {"responseKind", response},
                {"scope", kind.namespaced ? "Namespaced" : "Cluster"},
                {"singularResource", kind.singular},
                {"verbs", object_verbs}};
  if (!kind.short_names.empty()) resource["shortNames"] = kind.short_names;
  if (!kind.categories.empty()) resource["categories"] = kind.categories;
  if (kind.status_subresource)
    resource["subresources"].push_back(
        Json{{"subresource", "status"}, {"responseKind", response}, {"verbs", status_verbs}});
  return resource;
}

Json discovered_version(const std::vector<Kind>& kinds, const std::string& group,
                        const std::string& version) {
  Json resources = Json::array();
  for (const Kind& kind : kinds)
    if (kind.group == group && kind.version == version) resources.push_back(discovered(kind));
  return {{"version", version}, {"freshness", "Current"}, {"resources", std::move(resources)}};
}

}  // namespace

bool preferred_version(std::string_view a, std::string_view b) {
  const Rank left = rank_of(a);
  const Rank right = rank_of(b);
  const auto order = [](const Rank& r) { return std::tuple(r.maturity, r.major, r.minor); };
  if (order(left) != order(right)) return order(left) > order(right);
  return a < b;
}

Json api_versions() {
  return {{"kind", "APIVersions"},
          {"versions", Json::array({"v1"})},
          {"serverAddressByClientCIDRs", Json::array()}};
}

Json api_group_list(const std::vector<Kind>& kinds) {
  Json groups = Json::array();
  for (const Group& group : groups_of(kinds)) {
    if (group.name.empty()) continue;
    Json versions = Json::array();
    for (const std::string& version : group.versions)
      versions.push_back(group_version(group.name, version));
    groups.push_back(
        {{"name", group.name}, {"versions", versions}, {"preferredVersion", versions.front()}});
  }
  return {{"kind", "APIGroupList"}, {"apiVersion", "v1"}, {"groups", std::move(groups)}};
}

Json api_resource_list(const std::vector<Kind>& kinds, std::string_view group,
                       std::string_view version) {
  Json resources = Json::array();
  for (const Kind& kind : kinds) {
    if (kind.group != group || kind.version != version) continue;
    resources.push_back(resource_of(kind));
    if (kind.status_subresource) resources.push_back(status_resource_of(kind));
  }
  const std::string prefix = group.empty() ? "" : std::string(group) + "/";
  return {{"kind", "APIResourceList"},
          {"apiVersion", "v1"},
          {"groupVersion", prefix + std::string(version)},
          {"resources", std::move(resources)}};
}

Json aggregated_discovery(const std::vector<Kind>& kinds, bool core_group) {
  Json items = Json::array();
  for (const Group& group : groups_of(kinds)) {
    if (group.name.empty() != core_group) continue;
    Json versions = Json::array();
    for (const std::string& version : group.versions)
      versions.push_back(discovered_version(kinds, group.name, version));
    items.push_back({{"metadata", {{"name", group.name}, {"creationTimestamp", nullptr}}},
                     {"versions", std::move(versions)}});
  }
  return {{"kind", "APIGroupDiscoveryList"},
          {"apiVersion", "apidiscovery.k8s.io/v2"},
          {"metadata", Json::object()},
          {"items", std::move(items)}};
}

}  // namespace devcluster::apiserver
