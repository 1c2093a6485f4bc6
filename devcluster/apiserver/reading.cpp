#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "devcluster/apiserver/object.hpp"
#include "devcluster/apiserver/verbs.hpp"

namespace devcluster::apiserver {

namespace {

// What the real server takes when a watch does not say: 30 to 60 minutes, drawn at random so that
// clients do not come back all at once. There is no crowd here.
constexpr std::chrono::seconds default_watch_timeout{1800};

std::chrono::seconds watch_timeout(const Query& query) {
  const std::int64_t asked = decimal(query.get("timeoutSeconds"));
  return asked > 0 ? std::chrono::seconds(asked) : default_watch_timeout;
}

}  // namespace

Answer<Scope> scope_of(const Call& call) {
  const Query& query = call.info.query;
  Answer<Selector> selector =
      Selector::parse(*call.kind, query.get("labelSelector"), query.get("fieldSelector"));
  if (!selector) return selector.error();
  return Scope{call.info.ns, std::move(*selector)};
}

Answer<Reply> get(Cluster& cluster, const Call& call) {
  const Collection& collection = cluster.collection(*call.kind);
  const VersionPtr found = collection.find(call.key());
  if (!found) return not_found(*call.kind, call.info.name);
  const Revision asked = decimal(call.info.query.get("resourceVersion"));
  if (asked > cluster.store().revision())
    return too_large_version(asked, cluster.store().revision());
  Reply reply;
  reply.body = call.rendering.object(*found);
  return reply;
}

Answer<Reply> list(Cluster& cluster, const Call& call) {
  const Answer<Scope> scope = scope_of(call);
  if (!scope) return scope.error();
  const Answer<Page> page =
      page_of(cluster.collection(*call.kind), cluster.store().revision(), *scope, call.info.query);
  if (!page) return page.error();
  Reply reply;
  reply.body = call.rendering.list(*page);
  return reply;
}

Answer<Reply> watch(Cluster& cluster, const Call& call) {
  Answer<Scope> scope = scope_of(call);
  if (!scope) return scope.error();
  Answer<Watch> opened = Watch::open(cluster.store(), cluster.collection(*call.kind),
                                     std::move(*scope), call.info.query, call.rendering);
  if (!opened) return opened.error();
  Reply reply;
  reply.watch = std::make_unique<Watch>(std::move(*opened));
  reply.watch_timeout = watch_timeout(call.info.query);
  return reply;
}

}  // namespace devcluster::apiserver
