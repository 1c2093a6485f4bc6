#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// One expression of the part of CEL that cel.hpp names.
struct CelNode {
  enum class Type {
    literal,
    self,
    old_self,
    member,  // operands[0].name
    has,     // has(operands[0].name)
    size,    // size(operands[0])
    negation,
    conjunction,
    disjunction,
    equal,
    not_equal,
    less,
    less_or_equal,
    greater,
    greater_or_equal,
  };
  Type type = Type::literal;
  Json value;        // of a literal
  std::string name;  // of a member
  std::vector<CelNode> operands;
};

// Nothing when the text is beyond this part of CEL, or is no CEL at all.
std::optional<CelNode> parse_cel(std::string_view rule);

bool mentions_old_self(const CelNode& node);

// What the expression comes to. Nothing when it fails, for instance on a missing member; as in CEL,
// a side of && or || that fails does not matter where the other side decides.
std::optional<Json> evaluate_cel(const CelNode& node, const Json& self, const Json* old_self);

}  // namespace devcluster::apiserver
