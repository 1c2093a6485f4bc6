// Stand-in until the rules are merged.
#include "devcluster/apiserver/cel.hpp"
namespace devcluster::apiserver {
std::vector<Cause> check_rules(const Json&, const Json&, const Json*) { return {}; }
}  // namespace devcluster::apiserver
