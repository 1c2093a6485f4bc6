#pragma once

#include <string_view>

#include <boost/json/value.hpp>

#include "kube/cache/work_cache.hpp"
#include "snapshot/content_kind.hpp"

namespace sidecar {

// What the cache is to make of a content of that kind, for the driver of that name. The states it
// counts by are snapshot::ContentState.
kube::Verdict verdict_of(const boost::json::value& content, const snapshot::ContentKind& kind,
                         std::string_view driver);

}  // namespace sidecar
