#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// A kind outlives its CustomResourceDefinition for as long as a request or watch works with it.
using KindPtr = std::shared_ptr<const Kind>;

// The kinds that the server serves now.
class Catalogue {
 public:
  explicit Catalogue(std::vector<Kind> builtin);

  // All versions that one CustomResourceDefinition brings; none takes them away again.
  void set_custom(const std::string& definition, std::vector<Kind> kinds);

  KindPtr find(std::string_view group, std::string_view version, std::string_view plural) const;
  // By the names in an object: apiVersion "v1", kind "Secret".
  KindPtr find_by_kind(std::string_view api_version, std::string_view kind) const;
  // The version that objects of a resource are kept in.
  KindPtr storage_of(const Kind& kind) const;

  // For discovery and OpenAPI.
  const std::vector<Kind>& all() const { return all_; }

 private:
  void rebuild();

  std::vector<Kind> builtin_;
  std::map<std::string, std::vector<Kind>> custom_;
  std::vector<Kind> all_;
  std::vector<KindPtr> pointers_;
};

}  // namespace devcluster::apiserver
