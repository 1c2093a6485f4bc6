#include <utility>

#include "devcluster/apiserver/body.hpp"
#include "devcluster/apiserver/object.hpp"
#include "devcluster/apiserver/verbs.hpp"

namespace devcluster::apiserver {

namespace {

// DeleteOptions come as a body, as query parameters, or not at all.
Answer<Json> delete_options(const Call& call) {
  if (call.request.body.empty()) return Json::object();
  Answer<Json> options = object_in(call.request);
  if (options && !options->is_object())
    return bad_request("the body of a delete is a DeleteOptions object");
  return options;
}

Answer<bool> dry_run(const Call& call, const Json& options) {
  Query query = call.info.query;
  for (const Json& value : list(options, "dryRun"))
    if (value.is_string()) query.set("dryRun", value.get<std::string>());
  return dry_run(query);
}

Answer<void> check_policy(const Call& call, const Json& options) {
  std::string policy(text(options, "propagationPolicy"));
  if (policy.empty()) policy = call.info.query.get("propagationPolicy");
  // There is no garbage collector here, so all three come to the same.
  if (policy.empty() || policy == "Background" || policy == "Foreground" || policy == "Orphan")
    return {};
  return bad_request("propagationPolicy: Unsupported value: \"" + policy +
                     "\": supported values: \"Foreground\", \"Background\", \"Orphan\"");
}

Answer<void> check_preconditions(const Call& call, const Json& options, const Json& present) {
  const std::string uid(text(options, "preconditions", "uid"));
  if (!uid.empty() && uid != uid_of(present))
    return conflict(*call.kind, call.info.name,
                    "Precondition failed: UID in precondition: " + uid +
                        ", UID in object meta: " + uid_of(present));
  const std::string version(text(options, "preconditions", "resourceVersion"));
  if (!version.empty() && version != version_of(present))
    return conflict(*call.kind, call.info.name,
                    "Precondition failed: ResourceVersion in precondition: " + version +
                        ", ResourceVersion in object meta: " + version_of(present));
  return {};
}

Reply success(const Call& call, const Json& last) {
  Json details = {{"name", call.info.name}, {"kind", call.kind->plural}, {"uid", uid_of(last)}};
  if (!call.kind->group.empty()) details["group"] = call.kind->group;
  return json_reply(200, {{"apiVersion", "v1"},
                          {"kind", "Status"},
                          {"metadata", Json::object()},
                          {"status", "Success"},
                          {"details", std::move(details)}});
}

}  // namespace

Answer<Reply> remove(Cluster& cluster, const Call& call) {
  const Answer<Json> options = delete_options(call);
  if (!options) return options.error();
  const Answer<bool> dry = dry_run(call, *options);
  if (!dry) return dry.error();
  if (Answer<void> policy = check_policy(call, *options); !policy) return policy.error();
  const VersionPtr present = cluster.collection(*call.kind).find(call.key());
  if (!present) return not_found(*call.kind, call.info.name);
  if (Answer<void> met = check_preconditions(call, *options, present->object); !met)
    return met.error();
  if (*dry) return success(call, present->object);
  const Cluster::Deletion deletion = cluster.remove(*call.kind, call.key());
  if (deletion.gone) return success(call, deletion.last->object);
  Reply reply;  // it waits for its finalizers: the client gets to see it so
  reply.body = call.rendering.object(*deletion.last);
  return reply;
}

Answer<Reply> remove_collection(Cluster& cluster, const Call& call) {
  const Answer<Json> options = delete_options(call);
  if (!options) return options.error();
  const Answer<bool> dry = dry_run(call, *options);
  if (!dry) return dry.error();
  const Answer<Scope> scope = scope_of(call);
  if (!scope) return scope.error();
  Answer<Page> page =
      page_of(cluster.collection(*call.kind), cluster.store().revision(), *scope, call.info.query);
  if (!page) return page.error();
  if (!*dry)
    for (VersionPtr& version : page->items)
      version =
          cluster.remove(*call.kind, Key{namespace_of(version->object), name_of(version->object)})
              .last;
  page->revision = cluster.store().revision();
  Reply reply;
  reply.body = call.rendering.list(*page);
  return reply;
}

}  // namespace devcluster::apiserver
