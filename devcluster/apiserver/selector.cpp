#include "devcluster/apiserver/selector.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "devcluster/apiserver/object.hpp"

namespace devcluster::apiserver {

namespace {

bool word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '/';
}

// A field's value as field selectors compare it: scalars as text, anything else never matches.
std::string scalar_text(const Json* value) {
  if (!value || value->is_null()) return {};
  return value->is_string() ? value->get<std::string>() : value->dump();
}

bool selectable(const Kind& kind, std::string_view path) {
  if (path == "metadata.name" || (path == "metadata.namespace" && kind.namespaced)) return true;
  const auto same = [path](std::string_view offered) {
    if (offered.starts_with('.')) offered.remove_prefix(1);
    return offered == path;
  };
  return std::any_of(kind.selectable_fields.begin(), kind.selectable_fields.end(), same);
}

// Splits at commas that no backslash protects.
std::vector<std::string> split_terms(std::string_view text) {
  std::vector<std::string> terms(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size())
      terms.back() += text.substr(i++, 2);
    else if (text[i] == ',')
      terms.emplace_back();
    else
      terms.back() += text[i];
  }
  return terms;
}

std::string without_backslashes(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out += text[i];
  }
  return out;
}

}  // namespace

// Reads "a=b,c!=d,e in (f,g),!h,i,j>1": the grammar of k8s.io/apimachinery/pkg/labels.
class LabelParser {
 public:
  explicit LabelParser(std::string_view text) : rest_(text) {}

  std::optional<std::vector<Selector::Requirement>> parse() {
    std::vector<Selector::Requirement> requirements;
    skip_blanks();
    if (rest_.empty()) return requirements;
    for (;;) {
      std::optional<Selector::Requirement> next = requirement();
      if (!next) return {};
      requirements.push_back(std::move(*next));
      skip_blanks();
      if (rest_.empty()) return requirements;
      if (!take(",")) return {};
    }
  }

 private:
  using Operator = Selector::Operator;

  std::optional<Selector::Requirement> requirement() {
    Selector::Requirement out;
    const bool absent = take("!");
    out.key = word();
    if (out.key.empty()) return {};
    out.op = absent ? Operator::absent : Operator::exists;
    skip_blanks();
    if (absent || rest_.empty() || rest_.front() == ',') return out;
    return comparison(std::move(out));
  }

  std::optional<Selector::Requirement> comparison(Selector::Requirement out) {
    if (take("!=")) return single(std::move(out), Operator::not_in);
    if (take("==") || take("=")) return single(std::move(out), Operator::in);
    if (take(">")) return number(std::move(out), Operator::greater);
    if (take("<")) return number(std::move(out), Operator::less);
    const std::string op = word();
    if (op != "in" && op != "notin") return {};
    out.op = op == "in" ? Operator::in : Operator::not_in;
    return values(out.values) ? std::optional(std::move(out)) : std::nullopt;
  }

  std::optional<Selector::Requirement> single(Selector::Requirement out, Operator op) {
    out.op = op;
    out.values.push_back(word());  // may be empty: "a=" means the empty value
    return out;
  }

  std::optional<Selector::Requirement> number(Selector::Requirement out, Operator op) {
    out.op = op;
    out.values.push_back(word());
    if (decimal(out.values.front()) < 0) return {};
    return out;
  }

  bool values(std::vector<std::string>& out) {
    if (!take("(")) return false;
    do out.push_back(word());
    while (take(","));
    return take(")");
  }

  std::string word() {
    skip_blanks();
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), word_character);
    std::string out(rest_.begin(), end);
    rest_.remove_prefix(out.size());
    return out;
  }

  bool take(std::string_view token) {
    skip_blanks();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  void skip_blanks() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t'))
      rest_.remove_prefix(1);
  }

  std::string_view rest_;
};

Answer<Selector> Selector::parse(const Kind& kind, std::string_view labels,
                                 std::string_view fields) {
  Selector selector;
  auto requirements = LabelParser(labels).parse();
  if (!requirements)
    return bad_request("unable to parse requirement: \"" + std::string(labels) +
                       "\" is no label selector");
  selector.labels_ = std::move(*requirements);
  auto terms = parse_fields(kind, fields);
  if (!terms) return terms.error();
  selector.fields_ = std::move(*terms);
  return selector;
}

Answer<std::vector<Selector::FieldTerm>> Selector::parse_fields(const Kind& kind,
                                                                std::string_view text) {
  std::vector<FieldTerm> terms;
  for (const std::string& term : split_terms(text)) {
    if (term.empty()) continue;
    const std::size_t sign = term.find('=');
    if (sign == std::string::npos)
      return bad_request("invalid selector: '" + std::string(text) + "'; can't understand '" +
                         term + "'");
    FieldTerm out;
    out.equal = sign == 0 || term[sign - 1] != '!';
    out.path = term.substr(0, out.equal ? sign : sign - 1);
    const std::size_t value = term.compare(sign, 2, "==") == 0 ? sign + 2 : sign + 1;
    out.value = without_backslashes(std::string_view(term).substr(value));
    if (!selectable(kind, out.path)) return bad_request("field label not supported: " + out.path);
    terms.push_back(std::move(out));
  }
  return terms;
}

bool Selector::satisfied(const Requirement& requirement, const Json* labels) {
  const Json* label = labels ? member(*labels, requirement.key) : nullptr;
  const std::string value = scalar_text(label);
  const auto listed = [&] {
    const auto& values = requirement.values;
    return std::find(values.begin(), values.end(), value) != values.end();
  };
  switch (requirement.op) {
    case Operator::exists:
      return label != nullptr;
    case Operator::absent:
      return label == nullptr;
    case Operator::in:
      return label && listed();
    case Operator::not_in:
      return !label || !listed();
    case Operator::greater:
      return label && decimal(value) > decimal(requirement.values.front());
    case Operator::less:
      return label && decimal(value) >= 0 && decimal(value) < decimal(requirement.values.front());
  }
  return false;
}

bool Selector::matches(const Json& object) const {
  const Json* labels = labels_.empty() ? nullptr : at_path(object, "metadata.labels");
  for (const Requirement& requirement : labels_)
    if (!satisfied(requirement, labels)) return false;
  for (const FieldTerm& term : fields_)
    if ((scalar_text(at_path(object, term.path)) == term.value) != term.equal) return false;
  return true;
}

}  // namespace devcluster::apiserver
