#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "devcluster/apiserver/refusal.hpp"
#include "devcluster/apiserver/request.hpp"
#include "devcluster/apiserver/selector.hpp"
#include "devcluster/apiserver/store.hpp"

namespace devcluster::apiserver {

// One answer to a LIST.
struct Page {
  Revision revision = 0;
  std::vector<VersionPtr> items;
  std::string next;            // the continue token; empty: this was all
  std::int64_t remaining = 0;  // 0: none, or not known because a selector is at work
};

// What of a collection is asked for.
struct Scope {
  std::string ns;  // empty: all
  Selector selector;
  bool contains(const Key& key) const { return ns.empty() || key.ns == ns; }
};

// Reads limit, continue, resourceVersion and resourceVersionMatch as the Kubernetes API concepts
// page lays them down. Versions of the past are rebuilt from the history; what is no longer there
// is answered with 410 Expired.
Answer<Page> page_of(const Collection& collection, Revision now, const Scope& scope,
                     const Query& query);

// A number later than anything written so far: answered with 504 and ResourceVersionTooLarge.
Refusal too_large_version(Revision asked, Revision current);

// The 422 that unfit list and watch parameters get.
Refusal invalid_list_options(std::string field, std::string message);

}  // namespace devcluster::apiserver
