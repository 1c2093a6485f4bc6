// What the server says about itself: health, version, discovery, OpenAPI, and what was asked of it.
#include <algorithm>
#include <string_view>
#include <utility>

#include "devcluster/apiserver/api.hpp"
#include "devcluster/apiserver/body.hpp"
#include "devcluster/apiserver/discovery.hpp"
#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/object.hpp"
#include "devcluster/apiserver/openapi.hpp"

namespace devcluster::apiserver {

namespace {

Json version_info() {
  return {{"major", "1"},    {"minor", "32"},       {"gitVersion", "v1.32.0+devcluster"},
          {"gitCommit", ""}, {"gitTreeState", ""},  {"buildDate", "1970-01-01T00:00:00Z"},
          {"goVersion", ""}, {"compiler", "C++20"}, {"platform", "linux/amd64"}};
}

// The version of aggregated discovery that the client prefers over the plain form, or empty.
std::string aggregated_version(const Request& request) {
  for (const MediaType& type : accepted(request.accept)) {
    const bool aggregated = type.group == "apidiscovery.k8s.io" &&
                            type.as == "APIGroupDiscoveryList" &&
                            (type.version == "v2" || type.version == "v2beta1");
    if (type.type == json_type && aggregated) return type.version;
    if (type.type == json_type && type.as.empty()) return {};
  }
  return {};
}

Reply groups(const Request& request, const std::vector<Kind>& kinds, bool core) {
  const std::string version = aggregated_version(request);
  if (version.empty()) return json_reply(200, core ? api_versions() : api_group_list(kinds));
  Json discovery = aggregated_discovery(kinds, core);
  discovery["apiVersion"] = "apidiscovery.k8s.io/" + version;
  Reply reply = json_reply(200, discovery);
  reply.content_type += ";g=apidiscovery.k8s.io;v=" + version + ";as=APIGroupDiscoveryList";
  return reply;
}

// "a/b/c" behind `prefix`, cut at the slashes.
std::vector<std::string> segments_after(std::string_view prefix, std::string_view path) {
  std::vector<std::string> out;
  if (!path.starts_with(prefix)) return out;
  path.remove_prefix(prefix.size());
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    if (slash > 0) out.emplace_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return out;
}

bool served(const std::vector<Kind>& kinds, std::string_view group, std::string_view version) {
  return std::any_of(kinds.begin(), kinds.end(), [&](const Kind& kind) {
    return kind.group == group && (version.empty() || kind.version == version);
  });
}

std::optional<Reply> one_group(const std::vector<Kind>& kinds, const std::string& group) {
  if (!served(kinds, group, "")) return {};
  Json groups = api_group_list(kinds);
  for (Json& entry : groups["groups"]) {
    if (text(entry, "name") != group) continue;
    entry["kind"] = "APIGroup";
    entry["apiVersion"] = "v1";
    return json_reply(200, entry);
  }
  return {};
}

std::optional<Reply> discovery(const Request& request, const std::string& path,
                               const std::vector<Kind>& kinds) {
  const std::vector<std::string> named = segments_after("/apis", path);
  const std::vector<std::string> core = segments_after("/api/", path);
  if (path == "/api" || path == "/api/") return groups(request, kinds, true);
  if (path == "/apis" || path == "/apis/") return groups(request, kinds, false);
  if (core.size() == 1 && served(kinds, "", core[0]))
    return json_reply(200, api_resource_list(kinds, "", core[0]));
  if (named.size() == 1) return one_group(kinds, named[0]);
  if (named.size() == 2 && served(kinds, named[0], named[1]))
    return json_reply(200, api_resource_list(kinds, named[0], named[1]));
  return {};
}

std::optional<Reply> open_api_v3(const std::string& path, const std::vector<Kind>& kinds) {
  if (path == "/openapi/v3" || path == "/openapi/v3/")
    return json_reply(200, openapi_v3_index(kinds));
  const std::vector<std::string> core = segments_after("/openapi/v3/api/", path);
  const std::vector<std::string> named = segments_after("/openapi/v3/apis/", path);
  if (core.size() == 1 && served(kinds, "", core[0]))
    return json_reply(200, openapi_v3(kinds, "", core[0]));
  if (named.size() == 2 && served(kinds, named[0], named[1]))
    return json_reply(200, openapi_v3(kinds, named[0], named[1]));
  return {};
}

}  // namespace

std::optional<Reply> Api::document(const Request& request, const RequestInfo& info) {
  const std::string& path = info.path;
  if (path == "/devcluster/requests") return list_requests(request);
  if (request.method != "GET") return {};
  if (path == "/healthz" || path == "/livez" || path == "/readyz") return text_reply(200, "ok");
  if (path == "/version") return json_reply(200, version_info());
  if (path == "/openapi/v2") return open_api_v2(request);
  if (path.starts_with("/openapi/v3")) return open_api_v3(path, cluster_.kinds().all());
  if (path.starts_with("/api")) return discovery(request, path, cluster_.kinds().all());
  return {};
}

Reply Api::open_api_v2(const Request& request) {
  for (const MediaType& type : accepted(request.accept)) {
    if (type.type != openapi_v2_protobuf_asked && type.type != openapi_v2_protobuf_type) continue;
    Reply reply;
    reply.content_type = openapi_v2_protobuf_type;
    reply.body = openapi_v2_protobuf(cluster_.kinds().all());
    return reply;
  }
  return json_reply(200, openapi_v2(cluster_.kinds().all()));
}

// GET lists the faults, POST adds one, DELETE removes that with ?id=N, or all.
Answer<Reply> Api::control_faults(const Request& request, const RequestInfo& info) {
  if (request.method == "POST") {
    const Answer<Json> body = json_in(request.body);
    if (!body) return body.error();
    if (text(*body, "fault") == "compact") {
      const KindPtr kind = [&]() -> KindPtr {
        for (const Kind& known : cluster_.kinds().all())
          if (known.plural == text(*body, "resource")) return cluster_.kinds().storage_of(known);
        return nullptr;
      }();
      cluster_.store().compact(kind ? qualified_resource(*kind) : "");
    } else {
      Answer<Fault> fault = fault_from_json(*body);
      if (!fault) return fault.error();
      faults_.add(std::move(*fault));
    }
  } else if (request.method == "DELETE") {
    if (info.query.has("id"))
      faults_.remove(decimal(info.query.get("id")));
    else
      faults_.clear();
  } else if (request.method != "GET") {
    return method_not_allowed("faults are listed with GET, added with POST, removed with DELETE");
  }
  Json faults = Json::array();
  for (const Faults::Active& active : faults_.active()) faults.push_back(to_json(active));
  return json_reply(200, {{"faults", std::move(faults)}});
}

// GET lists what was asked since the start, or since the last DELETE.
Reply Api::list_requests(const Request& request) {
  if (request.method == "DELETE") requests_.clear();
  Json entries = Json::array();
  for (const LoggedRequest& entry : requests_.entries()) entries.push_back(to_json(entry));
  return json_reply(200, {{"requests", std::move(entries)}});
}

}  // namespace devcluster::apiserver
