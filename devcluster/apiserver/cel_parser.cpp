#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>

#include "devcluster/apiserver/cel_expression.hpp"

namespace devcluster::apiserver {
namespace {

using Type = CelNode::Type;
using Parsed = std::optional<CelNode>;

// The parser calls itself for each parenthesis; longer rules are left to real servers.
constexpr std::size_t longest_rule = 2000;

bool starts_name(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) || c == '_';
}
bool continues_name(char c) {
  return starts_name(c) || (c >= '0' && c <= '9');
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

// A field whose name CEL cannot say is written with escapes: __namespace__ is namespace, a__dot__b
// is a.b.
std::string unescaped(std::string_view name) {
  static constexpr std::array<std::string_view, 21> reserved{
      "true",     "false",   "null",      "in",       "as",  "break",  "const",
      "continue", "else",    "for",       "function", "if",  "import", "let",
      "loop",     "package", "namespace", "return",   "var", "void",   "while"};
  if (name.size() > 4 && name.starts_with("__") && name.ends_with("__")) {
    const std::string_view inside = name.substr(2, name.size() - 4);
    if (std::find(reserved.begin(), reserved.end(), inside) != reserved.end())
      return std::string(inside);
  }
  std::string result(name);
  replace_all(result, "__dot__", ".");
  replace_all(result, "__dash__", "-");
  replace_all(result, "__slash__", "/");
  replace_all(result, "__underscores__", "__");
  return result;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  Parsed parse() {
    Parsed whole = disjunction();
    skip_space();
    return rest_.empty() ? whole : std::nullopt;
  }

 private:
  Parsed disjunction() {
    return chain("||", Type::disjunction, [this] { return conjunction(); });
  }
  Parsed conjunction() {
    return chain("&&", Type::conjunction, [this] { return comparison(); });
  }

  template <class Operand>
  Parsed chain(std::string_view sign, Type type, Operand operand) {
    Parsed left = operand();
    while (left && take(sign)) {
      Parsed right = operand();
      if (!right) return std::nullopt;
      left = CelNode{type, {}, {}, {std::move(*left), std::move(*right)}};
    }
    return left;
  }

  Parsed comparison() {
    static constexpr std::array<std::pair<std::string_view, Type>, 6> signs{
        {{"==", Type::equal},
         {"!=", Type::not_equal},
         {"<=", Type::less_or_equal},
         {">=", Type::greater_or_equal},
         {"<", Type::less},
         {">", Type::greater}}};
    Parsed left = negation();
    for (const auto& [sign, type] : signs) {
      if (!left || !take(sign)) continue;
      Parsed right = negation();
      if (!right) return std::nullopt;
      return CelNode{type, {}, {}, {std::move(*left), std::move(*right)}};
    }
    return left;
  }

  Parsed negation() {
    skip_space();
    if (rest_.starts_with("!=") || !take("!")) return with_members(primary());
    Parsed operand = negation();
    if (!operand) return std::nullopt;
    return CelNode{Type::negation, {}, {}, {std::move(*operand)}};
  }

  Parsed with_members(Parsed object) {
    while (object && take(".")) {
      const std::string_view name = take_name();
      if (name.empty()) return std::nullopt;
      object = CelNode{Type::member, {}, unescaped(name), {std::move(*object)}};
    }
    return object;
  }

  Parsed primary() {
    skip_space();
    if (rest_.empty()) return std::nullopt;
    if (take("(")) return closed(disjunction());
    if (rest_.front() == '"' || rest_.front() == '\'') return string_literal();
    if (starts_name(rest_.front())) return named();
    return integer_literal();
  }

  Parsed named() {
    const std::string_view name = take_name();
    if (name == "self") return CelNode{Type::self, {}, {}, {}};
    if (name == "oldSelf") return CelNode{Type::old_self, {}, {}, {}};
    if (name == "true" || name == "false") return CelNode{Type::literal, name == "true", {}, {}};
    if (name == "has" && take("(")) return has(closed(disjunction()));
    if (name == "size" && take("(")) return size(closed(disjunction()));
    return std::nullopt;
  }

  // has() asks for a member: the last step of its argument is not taken.
  static Parsed has(Parsed argument) {
    if (!argument || argument->type != Type::member) return std::nullopt;
    argument->type = Type::has;
    return argument;
  }
  static Parsed size(Parsed argument) {
    if (!argument) return std::nullopt;
    return CelNode{Type::size, {}, {}, {std::move(*argument)}};
  }
  Parsed closed(Parsed inside) { return take(")") ? std::move(inside) : std::nullopt; }

  // Without escapes: a text that needs them is beyond us.
  Parsed string_literal() {
    const char quote = rest_.front();
    const auto end = rest_.find(quote, 1);
    if (end == rest_.npos) return std::nullopt;
    const std::string_view inside = rest_.substr(1, end - 1);
    if (inside.find('\\') != inside.npos) return std::nullopt;
    rest_.remove_prefix(end + 1);
    return CelNode{Type::literal, Json(inside), {}, {}};
  }
  Parsed integer_literal() {
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (failure != std::errc()) return std::nullopt;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    const bool goes_on = !rest_.empty() && (continues_name(rest_.front()) || rest_.front() == '.');
    if (goes_on) return std::nullopt;  // 1.5, 0x10, 5u
    return CelNode{Type::literal, value, {}, {}};
  }

  void skip_space() {
    while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_.front())))
      rest_.remove_prefix(1);
  }
  bool take(std::string_view sign) {
    skip_space();
    if (!rest_.starts_with(sign)) return false;
    rest_.remove_prefix(sign.size());
    return true;
  }
  std::string_view take_name() {
    skip_space();
    if (rest_.empty() || !starts_name(rest_.front())) return {};
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), continues_name);
    const auto length = static_cast<std::size_t>(end - rest_.begin());
    const std::string_view name = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return name;
  }

  std::string_view rest_;
};

}  // namespace

std::optional<CelNode> parse_cel(std::string_view rule) {
  if (rule.size() > longest_rule) return std::nullopt;
  return Parser(rule).parse();
}

}  // namespace devcluster::apiserver
