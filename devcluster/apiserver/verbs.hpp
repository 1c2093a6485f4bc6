#pragma once

#include "devcluster/apiserver/cluster.hpp"
#include "devcluster/apiserver/rendering.hpp"
#include "devcluster/apiserver/reply.hpp"
#include "devcluster/apiserver/request.hpp"

namespace devcluster::apiserver {

// A request for a resource that is served, understood as far as all verbs need it.
struct Call {
  const Request& request;
  const RequestInfo& info;
  KindPtr kind;
  Rendering rendering;
  Key key() const { return Key{info.ns, info.name}; }
};

// reading.cpp
Answer<Reply> get(Cluster& cluster, const Call& call);
Answer<Reply> list(Cluster& cluster, const Call& call);
Answer<Reply> watch(Cluster& cluster, const Call& call);

// writing.cpp
Answer<Reply> create(Cluster& cluster, const Call& call);
Answer<Reply> update(Cluster& cluster, const Call& call);
Answer<Reply> patch(Cluster& cluster, const Call& call);

// deleting.cpp
Answer<Reply> remove(Cluster& cluster, const Call& call);
Answer<Reply> remove_collection(Cluster& cluster, const Call& call);

// dryRun=All: do everything but store. Any other value is refused.
Answer<bool> dry_run(const Query& query);

// What list, watch and deletecollection are about.
Answer<Scope> scope_of(const Call& call);

}  // namespace devcluster::apiserver
