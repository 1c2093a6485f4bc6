#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "devcluster/apiserver/refusal.hpp"

namespace devcluster::apiserver {

// The labelSelector and fieldSelector of one request. An empty one lets everything through.
class Selector {
 public:
  // Refused with 400: text that is no selector, or a field that the kind does not offer.
  static Answer<Selector> parse(const Kind& kind, std::string_view labels, std::string_view fields);

  bool matches(const Json& object) const;
  bool everything() const { return labels_.empty() && fields_.empty(); }

 private:
  enum class Operator { in, not_in, exists, absent, greater, less };
  struct Requirement {
    std::string key;
    Operator op = Operator::exists;
    std::vector<std::string> values;
  };
  struct FieldTerm {
    std::string path;
    std::string value;
    bool equal = true;
  };
  friend class LabelParser;

  static Answer<std::vector<FieldTerm>> parse_fields(const Kind& kind, std::string_view text);
  static bool satisfied(const Requirement& requirement, const Json* labels);

  std::vector<Requirement> labels_;  // all must hold
  std::vector<FieldTerm> fields_;    // all must hold
};

}  // namespace devcluster::apiserver
