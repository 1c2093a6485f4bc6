#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devcluster/apiserver/catalogue.hpp"
#include "devcluster/apiserver/page.hpp"
#include "devcluster/apiserver/refusal.hpp"
#include "devcluster/apiserver/request.hpp"

namespace devcluster::apiserver {

inline constexpr std::string_view json_type = "application/json";

// One media type of an Accept header: "application/json;as=Table;g=meta.k8s.io;v=v1".
struct MediaType {
  std::string type;
  std::string as, group, version;  // parameters as, g, v
};
std::vector<MediaType> accepted(std::string_view accept_header);

// How the objects of a kind are put into words for one request: plain, or as the Table that kubectl
// prints; always in the version that was asked for.
class Rendering {
 public:
  // 406 when nothing in the Accept header fits.
  static Answer<Rendering> for_request(KindPtr kind, const Request& request, const Query& query);

  std::string object(const Version& version) const;
  std::string list(const Page& page) const;
  // A BOOKMARK's object: nothing but its version; `initial_events_end` adds the annotation.
  std::string bookmark(Revision revision, bool initial_events_end) const;

 private:
  explicit Rendering(KindPtr kind) : kind_(std::move(kind)) {}
  std::string plain(const Version& version) const;
  Json table(const std::vector<VersionPtr>& versions) const;

  KindPtr kind_;
  bool as_table_ = false;
  std::string include_object_;  // None, Metadata (default) or Object
};

// The object as `kind`'s version shows it, with the conversion strategy "None": the name of the
// version changes, and fields that it does not know are left out.
Json in_version(const Kind& kind, Json object);

}  // namespace devcluster::apiserver
