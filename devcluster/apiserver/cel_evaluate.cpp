#include <algorithm>
#include <deque>

#include "devcluster/apiserver/cel_expression.hpp"
#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/schema_formats.hpp"

namespace devcluster::apiserver {
namespace {

using Type = CelNode::Type;

// A value is a pointer into the object, into the rule, or to what was worked out here. Null: the
// expression failed.
class Evaluation {
 public:
  Evaluation(const Json& self, const Json* old_self) : self_(self), old_self_(old_self) {}

  const Json* value_of(const CelNode& node) {
    switch (node.type) {
      case Type::literal:
        return &node.value;
      case Type::self:
        return &self_;
      case Type::old_self:
        return old_self_;
      case Type::member:
        return member_of(node);
      case Type::has:
        return has(node);
      case Type::size:
        return size(value_of(node.operands[0]));
      case Type::negation:
        return negated(value_of(node.operands[0]));
      case Type::conjunction:
        return decided_by(false, node);
      case Type::disjunction:
        return decided_by(true, node);
      default:
        return compared(node);
    }
  }

 private:
  const Json* keep(Json value) { return &kept_.emplace_back(std::move(value)); }

  const Json* member_of(const CelNode& node) {
    const Json* object = value_of(node.operands[0]);
    return object ? member(*object, node.name) : nullptr;
  }
  const Json* has(const CelNode& node) {
    const Json* object = value_of(node.operands[0]);
    return object && object->is_object() ? keep(object->contains(node.name)) : nullptr;
  }
  const Json* size(const Json* value) {
    if (!value) return nullptr;
    if (value->is_string()) return keep(length_of(value->get_ref<const std::string&>()));
    return value->is_structured() ? keep(value->size()) : nullptr;
  }
  const Json* negated(const Json* value) {
    return value && value->is_boolean() ? keep(!value->get<bool>()) : nullptr;
  }

  // false decides a conjunction, true a disjunction, whatever becomes of the other side.
  const Json* decided_by(bool decisive, const CelNode& node) {
    bool failed = false;
    for (const CelNode& operand : node.operands) {
      const Json* value = value_of(operand);
      if (!value || !value->is_boolean())
        failed = true;
      else if (value->get<bool>() == decisive)
        return value;
    }
    return failed ? nullptr : keep(!decisive);
  }

  const Json* compared(const CelNode& node) {
    const Json* left = value_of(node.operands[0]);
    const Json* right = value_of(node.operands[1]);
    if (!left || !right) return nullptr;
    if (node.type == Type::equal) return keep(*left == *right);
    if (node.type == Type::not_equal) return keep(*left != *right);
    const bool ordered =
        (left->is_number() && right->is_number()) || (left->is_string() && right->is_string());
    return ordered ? keep(in_order(node.type, *left, *right)) : nullptr;
  }
  static bool in_order(Type type, const Json& left, const Json& right) {
    if (type == Type::less) return left < right;
    if (type == Type::less_or_equal) return left <= right;
    if (type == Type::greater) return left > right;
    return left >= right;
  }

  const Json& self_;
  const Json* old_self_;
  std::deque<Json> kept_;  // a deque: pointers into it stay good
};

}  // namespace

bool mentions_old_self(const CelNode& node) {
  return node.type == Type::old_self ||
         std::any_of(node.operands.begin(), node.operands.end(), mentions_old_self);
}

std::optional<Json> evaluate_cel(const CelNode& node, const Json& self, const Json* old_self) {
  Evaluation evaluation(self, old_self);
  const Json* value = evaluation.value_of(node);
  return value ? std::optional<Json>(*value) : std::nullopt;
}

}  // namespace devcluster::apiserver
