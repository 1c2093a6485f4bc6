#include "snapshot/secret_ref.hpp"

#include <algorithm>
#include <cctype>

#include "snapshot/keys.hpp"

namespace snapshot {
namespace {

using base::Error;
using base::ErrorKind;
using base::Result;

Error wrong(std::string text) {
  return Error(ErrorKind::invalid, std::move(text));
}

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

bool is_token_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

// Go's os.Expand: "${token}" and, without braces, "$token" of letters, digits and underscores.
class Template {
 public:
  Template(std::string_view text, const ContentView& content) : text_(text), content_(content) {}

  Result<std::string> resolve() {
    std::string out;
    while (at_ < text_.size()) {
      if (text_[at_] != '$' || at_ + 1 == text_.size()) {
        out += text_[at_++];
        continue;
      }
      const std::string_view token = next_token();
      if (token == content_.kind().template_token)
        out += content_.name();
      else
        unknown_ += (unknown_.empty() ? "" : " ") + quoted(token);
    }
    if (!unknown_.empty())
      return wrong("error resolving value " + quoted(text_) + ": invalid tokens: [" + unknown_ +
                   "]");
    return out;
  }

 private:
  std::string_view next_token() {
    ++at_;  // the dollar
    const bool braces = text_[at_] == '{';
    const std::size_t begin = braces ? at_ + 1 : at_;
    std::size_t end = begin;
    if (braces) {
      end = std::min(text_.find('}', begin), text_.size());
    } else {
      while (end < text_.size() && is_token_character(text_[end])) ++end;
    }
    at_ = std::min(braces ? end + 1 : std::max(end, begin + 1), text_.size());
    return text_.substr(begin, end - begin);
  }

  std::string_view text_;
  const ContentView& content_;
  std::size_t at_ = 0;
  std::string unknown_;
};

bool is_label_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

// RFC 1123: lower-case letters, digits and dashes, neither first nor last a dash.
bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), is_label_character);
}

// Labels with dots between them; a label may here be as long as the whole.
bool is_subdomain(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    const std::string_view part = text.substr(begin, end - begin);
    const bool sound = !part.empty() && part.front() != '-' && part.back() != '-' &&
                       std::all_of(part.begin(), part.end(), is_label_character);
    if (!sound) return false;
    begin = end + 1;
  }
  return true;
}

Result<std::string> resolved(const ContentView& content, std::string_view text, const char* what,
                             bool (*valid)(std::string_view)) {
  Result<std::string> value = Template(text, content).resolve();
  if (!value || valid(*value)) return value;
  if (*value == text) return wrong(quoted(text) + " is not a valid " + what);
  return wrong(quoted(text) + " resolved to " + quoted(*value) + " which is not a valid " + what);
}

}  // namespace

Result<std::optional<SecretRef>> secret_ref(const ContentView& content) {
  const auto name = content.annotation(content.kind().secret_name);
  const auto space = content.annotation(content.kind().secret_namespace);
  if (!name || !space) return std::optional<SecretRef>();
  if (name->empty() || space->empty())
    return wrong("cannot retrieve secrets for " + std::string(content.kind().noun) + " content " +
                 quoted(content.name()) + ", err: secret name or namespace not specified");
  return std::optional(SecretRef{std::string(*space), std::string(*name)});
}

Result<std::optional<SecretRef>> look_up_secret_ref(const ContentView& content,
                                                    const Parameters& of_class) {
  const ContentKind& kind = content.kind();
  const auto name = of_class.find(std::string(kind.look_up_secret_name));
  const auto space = of_class.find(std::string(kind.look_up_secret_namespace));
  if (name == of_class.end() && space == of_class.end()) return std::optional<SecretRef>();
  const auto missing = [&](std::string_view key, bool absent) {
    return wrong("the class parameter " + std::string(key) +
                 (absent ? " is missing" : " is empty") + ": " +
                 std::string(kind.look_up_secret_name) + " and " +
                 std::string(kind.look_up_secret_namespace) + " must both be set, or neither");
  };
  if (name == of_class.end() || name->second.empty())
    return missing(kind.look_up_secret_name, name == of_class.end());
  if (space == of_class.end() || space->second.empty())
    return missing(kind.look_up_secret_namespace, space == of_class.end());
  Result<std::string> in = resolved(content, space->second, "namespace name", is_label);
  if (!in) return in.error();
  Result<std::string> called = resolved(content, name->second, "secret name", is_subdomain);
  if (!called) return called.error();
  return std::optional(SecretRef{std::move(*in), std::move(*called)});
}

}  // namespace snapshot
