#include <algorithm>
#include <utility>

#include "devcluster/apiserver/body.hpp"
#include "devcluster/apiserver/causes.hpp"
#include "devcluster/apiserver/object.hpp"
#include "devcluster/apiserver/strategy.hpp"
#include "devcluster/apiserver/verbs.hpp"

namespace devcluster::apiserver {

namespace {

constexpr std::size_t longest_generated_base = 58;  // 63 less five random letters

Writer writer_of(const Cluster& cluster, const Call& call) {
  Writer writer;
  writer.manager = call.info.query.get("fieldManager");
  if (writer.manager.empty())
    writer.manager = call.request.user_agent.substr(0, call.request.user_agent.find('/'));
  if (writer.manager.empty()) writer.manager = "unknown";
  writer.subresource = call.info.subresource;
  writer.now = cluster.now();
  return writer;
}

// The text after "strict decoding error: ".
std::string listed(const std::vector<std::string>& fields) {
  std::string text;
  for (const std::string& field : fields)
    text += (text.empty() ? "unknown field \"" : ", unknown field \"") + field + '"';
  return text;
}

// What fieldValidation makes of unknown fields: refusal, warnings or nothing.
Answer<void> tell_unknown_fields(const Call& call, const Decoded& decoded, Reply& reply) {
  const std::string validation = call.info.query.get("fieldValidation");
  if (decoded.unknown_fields.empty() || validation == "Ignore") return {};
  const std::string strict = "strict decoding error: " + listed(decoded.unknown_fields);
  if (validation == "Strict" && call.info.verb == "patch")
    return invalid(*call.kind, "", {invalid_value("patch", call.request.body, strict)});
  if (validation == "Strict")
    return bad_request(call.kind->kind + " in version \"" + call.kind->version +
                       "\" cannot be handled as a " + call.kind->kind + ": " + strict);
  for (const std::string& field : decoded.unknown_fields)
    reply.headers.emplace_back("Warning", "299 - \"unknown field \\\"" + field + "\\\"\"");
  return {};
}

void fill(Reply& reply, const Call& call, int code, const Version& version) {
  reply.code = code;
  reply.body = call.rendering.object(version);
}

// The name and namespace of a body, against those of the path.
Answer<void> settle_key(const Call& call, Json& object) {
  Json& metadata = object["metadata"];
  const std::string ns = namespace_of(object);
  if (!ns.empty() && ns != call.info.ns)
    return bad_request(
        "the namespace of the provided object does not match the namespace sent on the request");
  if (call.kind->namespaced)
    metadata["namespace"] = call.info.ns;
  else
    metadata.erase("namespace");
  const std::string name = name_of(object);
  if (!call.info.name.empty() && !name.empty() && name != call.info.name)
    return bad_request("the name of the object (" + name +
                       ") does not match the name on the URL (" + call.info.name + ")");
  if (!call.info.name.empty()) metadata["name"] = call.info.name;
  return {};
}

void generate_name(const Collection& collection, Json& object) {
  const std::string base(text(object, "metadata", "generateName"));
  if (!name_of(object).empty() || base.empty()) return;
  std::string name;
  do name = base.substr(0, longest_generated_base) + name_suffix();
  while (collection.find(Key{namespace_of(object), name}));
  object["metadata"]["name"] = name;
}

// Stores a decoded new object, or only says what would be stored.
Answer<VersionPtr> save_new(Cluster& cluster, const Call& call, Json object) {
  const Answer<bool> dry = dry_run(call.info.query);
  if (!dry) return dry.error();
  if (Answer<void> settled = settle_key(call, object); !settled) return settled.error();
  generate_name(cluster.collection(*call.kind), object);
  const Key key{namespace_of(object), name_of(object)};
  if (Answer<void> ns = cluster.check_namespace(*call.kind, key.ns, key.name); !ns)
    return ns.error();
  Answer<Json> fresh = for_create(*call.kind, std::move(object), writer_of(cluster, call));
  if (!fresh) return fresh.error();
  fresh = cluster.admit_definition(*call.kind, std::move(*fresh));
  if (!fresh) return fresh.error();
  if (cluster.collection(*call.kind).find(key)) return already_exists(*call.kind, key.name);
  if (*dry) return VersionPtr(std::make_shared<Version>(0, std::move(*fresh)));
  return cluster.save(*call.kind, key, std::move(*fresh));
}

// Stores the next version of an object, unless it is the same or this is a dry run.
Answer<VersionPtr> save_next(Cluster& cluster, const Call& call, const VersionPtr& present,
                             Json object) {
  const Answer<bool> dry = dry_run(call.info.query);
  if (!dry) return dry.error();
  if (Answer<void> settled = settle_key(call, object); !settled) return settled.error();
  const Json old = in_version(*call.kind, present->object);
  Answer<Json> fresh = for_update(*call.kind, old, std::move(object), writer_of(cluster, call));
  if (!fresh) return fresh.error();
  if (*fresh == old) return present;
  fresh = cluster.admit_definition(*call.kind, std::move(*fresh));
  if (!fresh) return fresh.error();
  if (*dry) return VersionPtr(std::make_shared<Version>(present->revision, std::move(*fresh)));
  return cluster.save(*call.kind, call.key(), std::move(*fresh));
}

// A PUT that names a uid means that very object.
Answer<void> check_uid(const Call& call, const Json& present, const Json& fresh) {
  const std::string asked = uid_of(fresh);
  if (asked.empty() || asked == uid_of(present)) return {};
  return conflict(*call.kind, call.info.name,
                  "Precondition failed: UID in precondition: " + asked +
                      ", UID in object meta: " + uid_of(present));
}

}  // namespace

Answer<bool> dry_run(const Query& query) {
  const std::string value = query.get("dryRun");
  if (value.empty() || value == "All") return value == "All";
  return bad_request("dryRun: Unsupported value: \"" + value + "\": supported values: \"All\"");
}

Answer<Reply> create(Cluster& cluster, const Call& call) {
  Answer<Json> body = object_in(call.request);
  if (!body) return body.error();
  Answer<Decoded> object = decoded(*call.kind, std::move(*body));
  if (!object) return object.error();
  Reply reply;
  if (Answer<void> told = tell_unknown_fields(call, *object, reply); !told) return told.error();
  const Answer<VersionPtr> saved = save_new(cluster, call, std::move(object->object));
  if (!saved) return saved.error();
  fill(reply, call, 201, **saved);
  return reply;
}

Answer<Reply> update(Cluster& cluster, const Call& call) {
  Answer<Json> body = object_in(call.request);
  if (!body) return body.error();
  Answer<Decoded> object = decoded(*call.kind, std::move(*body));
  if (!object) return object.error();
  Reply reply;
  if (Answer<void> told = tell_unknown_fields(call, *object, reply); !told) return told.error();
  const VersionPtr present = cluster.collection(*call.kind).find(call.key());
  if (!present && (!create_on_update_allowed(*call.kind) || !call.info.subresource.empty()))
    return not_found(*call.kind, call.info.name);
  if (present)
    if (Answer<void> same = check_uid(call, present->object, object->object); !same)
      return same.error();
  const Answer<VersionPtr> saved =
      present ? save_next(cluster, call, present, std::move(object->object))
              : save_new(cluster, call, std::move(object->object));
  if (!saved) return saved.error();
  fill(reply, call, present ? 200 : 201, **saved);
  return reply;
}

Answer<Reply> patch(Cluster& cluster, const Call& call) {
  const VersionPtr present = cluster.collection(*call.kind).find(call.key());
  if (!present) return not_found(*call.kind, call.info.name);
  Answer<Json> next = patched(*call.kind, in_version(*call.kind, present->object), call.request);
  if (!next) return next.error();
  Answer<Decoded> object = decoded(*call.kind, std::move(*next));
  if (!object) return object.error();
  Reply reply;
  if (Answer<void> told = tell_unknown_fields(call, *object, reply); !told) return told.error();
  const Answer<VersionPtr> saved = save_next(cluster, call, present, std::move(object->object));
  if (!saved) return saved.error();
  fill(reply, call, 200, **saved);
  return reply;
}

}  // namespace devcluster::apiserver
