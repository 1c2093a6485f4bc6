#include "devcluster/apiserver/api.hpp"

#include <algorithm>
#include <utility>

#include "devcluster/apiserver/body.hpp"
#include "devcluster/apiserver/verbs.hpp"

namespace devcluster::apiserver {

namespace {

bool open_to_all(const std::string& path) {
  return path == "/healthz" || path == "/livez" || path == "/readyz" || path == "/version";
}

// kubectl auth can-i: here everybody may do everything, unless a fault says otherwise.
Answer<Reply> review_access(const Request& request) {
  Answer<Json> review = object_in(request);
  if (!review) return review.error();
  if (!review->is_object()) return bad_request("the body is not a SelfSubjectAccessReview");
  (*review)["status"] = {{"allowed", true}};
  return json_reply(201, *review);
}

Answer<Reply> perform(Cluster& cluster, const Call& call) {
  const std::string& verb = call.info.verb;
  if (verb == "get") return get(cluster, call);
  if (verb == "list") return list(cluster, call);
  if (verb == "watch") return watch(cluster, call);
  if (verb == "create") return create(cluster, call);
  if (verb == "update") return update(cluster, call);
  if (verb == "patch") return patch(cluster, call);
  if (verb == "delete") return remove(cluster, call);
  if (verb == "deletecollection") return remove_collection(cluster, call);
  return method_not_allowed("the server does not allow this method on the requested resource");
}

// Whether the path, the kind and the verb go together.
Answer<void> check_form(const RequestInfo& info, const Kind& kind) {
  const std::string& verb = info.verb;
  if (!info.subresource.empty() && (info.subresource != "status" || !kind.status_subresource))
    return no_such_path();
  const bool named = verb == "get" || verb == "update" || verb == "patch" || verb == "delete";
  const bool across_namespaces = kind.namespaced && info.ns.empty();
  if (!kind.namespaced && !info.ns.empty()) return no_such_path();
  const bool wrong_door =
      named == info.name.empty() && verb != "list" && verb != "watch" && verb != "deletecollection";
  const bool status_only =
      !info.subresource.empty() && verb != "get" && verb != "update" && verb != "patch";
  if (wrong_door || status_only || (across_namespaces && verb != "list" && verb != "watch"))
    return method_not_allowed("the server does not allow this method on the requested resource");
  return {};
}

}  // namespace

Api::Api(Options options)
    : tokens_(std::move(options.tokens)),
      cluster_(std::move(options.cluster)),
      faults_(cluster_.store(), [this] { cluster_.store().wake_listeners(); }),
      requests_(options.request_log_capacity) {}

bool Api::admitted(const Request& request, const RequestInfo& info) const {
  if (tokens_.empty() || open_to_all(info.path)) return true;
  const auto fits = [&](const std::string& token) {
    return request.authorization == "Bearer " + token;
  };
  return std::any_of(tokens_.begin(), tokens_.end(), fits);
}

Reply Api::handle(const Request& request, const RequestInfo& info) {
  if (!admitted(request, info)) return refused(unauthorized());
  if (std::optional<Reply> found = document(request, info)) return std::move(*found);
  Answer<Reply> reply = info.path == "/devcluster/faults" || info.path == "/devcluster/faults/"
                            ? control_faults(request, info)
                            : resource(request, info);
  return reply ? std::move(*reply) : refused(reply.error());
}

Answer<Reply> Api::resource(const Request& request, const RequestInfo& info) {
  if (!info.is_resource) return no_such_path();
  if (info.group == "authorization.k8s.io" && info.resource == "selfsubjectaccessreviews")
    return info.verb == "create" ? review_access(request) : Answer<Reply>(no_such_path());
  KindPtr kind = cluster_.kinds().find(info.group, info.version, info.resource);
  if (!kind) return no_such_path();
  if (Answer<void> form = check_form(info, *kind); !form) return form.error();
  Answer<Rendering> rendering = Rendering::for_request(kind, request, info.query);
  if (!rendering) return rendering.error();
  Answer<Reply> reply = perform(cluster_, Call{request, info, kind, std::move(*rendering)});
  if (reply && !kind->deprecation_warning.empty())
    reply->headers.emplace_back("Warning", "299 - \"" + kind->deprecation_warning + "\"");
  return reply;
}

}  // namespace devcluster::apiserver
