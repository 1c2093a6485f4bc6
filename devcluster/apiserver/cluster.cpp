#include "devcluster/apiserver/cluster.hpp"

#include <utility>
#include <vector>

#include "devcluster/apiserver/builtin_kinds.hpp"
#include "devcluster/apiserver/crd.hpp"
#include "devcluster/apiserver/object.hpp"
#include "devcluster/apiserver/rendering.hpp"
#include "devcluster/apiserver/strategy.hpp"

namespace devcluster::apiserver {

namespace {

bool is_definition(const Kind& kind) {
  return kind.kind == "CustomResourceDefinition" && kind.group == "apiextensions.k8s.io";
}

bool is_namespace(const Kind& kind) {
  return kind.kind == "Namespace" && kind.group.empty();
}

// Keys of the objects that live in a namespace, copied: deleting them changes the collection.
std::vector<Key> keys_in(const Collection& collection, const std::string& ns) {
  std::vector<Key> keys;
  const auto& objects = collection.objects();
  for (auto at = objects.lower_bound(Key{ns, ""}); at != objects.end() && at->first.ns == ns; ++at)
    keys.push_back(at->first);
  return keys;
}

}  // namespace

Cluster::Cluster(Options options)
    : options_(std::move(options)), store_(options_.history_window), kinds_(builtin_kinds()) {
  namespaces_ = kinds_.find("", "v1", "namespaces");
  for (const char* name : {"default", "kube-system", "kube-public", "kube-node-lease"})
    create_namespace(name);
}

void Cluster::create_namespace(const std::string& name) {
  Json object = {{"apiVersion", "v1"},
                 {"kind", "Namespace"},
                 {"metadata", {{"name", name}}},
                 {"spec", {{"finalizers", {"kubernetes"}}}}};
  Writer writer;
  writer.manager = "kube-apiserver";
  writer.now = now();
  Answer<Json> created = for_create(*namespaces_, std::move(object), writer);
  save(*namespaces_, Key{"", name}, std::move(created.value()));
}

VersionPtr Cluster::save(const Kind& kind, const Key& key, Json object) {
  const KindPtr storage = kinds_.storage_of(kind);
  object = in_version(storage ? *storage : kind, std::move(object));
  const bool done = being_deleted(object) && finalizers_of(object).empty();
  const VersionPtr saved = store_.put(qualified_resource(kind), key, std::move(object));
  if (is_definition(kind) && !done) learn(saved->object);
  if (is_namespace(kind)) finish_namespace(key.name);
  return done && !is_namespace(kind) ? drop(kind, key) : saved;
}

Cluster::Deletion Cluster::remove(const Kind& kind, const Key& key) {
  const VersionPtr present = collection(kind).find(key);
  Deletion deletion;
  deletion.last = present;
  if (!present || (being_deleted(present->object) && !is_namespace(kind))) return deletion;
  const bool waits = !finalizers_of(present->object).empty() || is_namespace(kind);
  if (!waits) {
    deletion.last = drop(kind, key);
    deletion.gone = true;
    return deletion;
  }
  if (!being_deleted(present->object)) {
    Json marked = marked_deleted(present->object, now());
    if (is_namespace(kind)) marked["status"]["phase"] = "Terminating";
    deletion.last = store_.put(qualified_resource(kind), key, std::move(marked));
  }
  if (is_namespace(kind)) empty_namespace(key.name);
  return deletion;
}

// The one place where objects leave the store.
VersionPtr Cluster::drop(const Kind& kind, const Key& key) {
  const VersionPtr last = store_.remove(qualified_resource(kind), key);
  if (last && is_definition(kind)) forget(last->object);
  if (last && kind.namespaced) finish_namespace(key.ns);
  return last;
}

void Cluster::learn(const Json& definition) {
  const base::Result<std::vector<Kind>> kinds = kinds_of(definition);
  if (kinds) kinds_.set_custom(name_of(definition), *kinds);
}

// Unlike the real server this does not wait for finalizers of the objects: with the definition
// gone, nobody could remove them any more.
void Cluster::forget(const Json& definition) {
  const base::Result<std::vector<Kind>> kinds = kinds_of(definition);
  kinds_.set_custom(name_of(definition), {});
  if (!kinds || kinds->empty()) return;
  const std::string resource = qualified_resource(kinds->front());
  std::vector<Key> keys;
  for (const auto& [key, version] : store_.collection(resource).objects()) keys.push_back(key);
  for (const Key& key : keys) store_.remove(resource, key);
  for (const Key& key : keys)
    if (!key.ns.empty()) finish_namespace(key.ns);
}

void Cluster::empty_namespace(const std::string& name) {
  std::vector<KindPtr> namespaced;
  for (const Kind& kind : kinds_.all())
    if (kind.namespaced && kind.storage) namespaced.push_back(kinds_.storage_of(kind));
  for (const KindPtr& kind : namespaced)
    for (const Key& key : keys_in(collection(*kind), name)) remove(*kind, key);
  finish_namespace(name);
}

void Cluster::finish_namespace(const std::string& name) {
  const VersionPtr ns = collection(*namespaces_).find(Key{"", name});
  if (!ns || !being_deleted(ns->object) || !finalizers_of(ns->object).empty()) return;
  for (const Kind& kind : kinds_.all())
    if (kind.namespaced && !keys_in(collection(kind), name).empty()) return;
  store_.remove(qualified_resource(*namespaces_), Key{"", name});
}

Answer<void> Cluster::check_namespace(const Kind& kind, const std::string& ns,
                                      const std::string& name) {
  if (!kind.namespaced) return {};
  const VersionPtr found = collection(*namespaces_).find(Key{"", ns});
  if (!found) return not_found(*namespaces_, ns);
  if (!being_deleted(found->object)) return {};
  Cause cause{"NamespaceTerminating", "metadata.namespace",
              "namespace " + ns + " is being terminated"};
  return forbidden(
             kind, name,
             "unable to create new content in namespace " + ns + " because it is being terminated")
      .because({std::move(cause)});
}

Answer<Json> Cluster::admit_definition(const Kind& kind, Json object) const {
  if (!is_definition(kind)) return object;
  const base::Result<std::vector<Kind>> kinds = kinds_of(object);
  if (!kinds)
    return invalid(kind, name_of(object), {Cause{"FieldValueInvalid", "", kinds.error().text()}});
  return established(std::move(object));
}

}  // namespace devcluster::apiserver
