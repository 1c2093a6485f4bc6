// Stand-ins until the real ones are merged.
#include "devcluster/apiserver/cel.hpp"
#include "devcluster/apiserver/openapi.hpp"
#include "devcluster/apiserver/strategic_merge.hpp"
namespace devcluster::apiserver {
std::vector<Cause> check_rules(const Json&, const Json&, const Json*) {
  return {};
}
Json openapi_v2(const std::vector<Kind>&) {
  return Json::object();
}
std::string openapi_v2_protobuf(const std::vector<Kind>&) {
  return {};
}
Json openapi_v3_index(const std::vector<Kind>&) {
  return Json::object();
}
Json openapi_v3(const std::vector<Kind>&, std::string_view, std::string_view) {
  return Json::object();
}
Json strategic_merge(const Kind&, Json object, const Json& patch) {
  object.merge_patch(patch);
  return object;
}
}  // namespace devcluster::apiserver
