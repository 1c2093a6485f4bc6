#include "kube/api/warnings.hpp"

#include <algorithm>
#include <optional>

namespace kube {
namespace {

// Walks over `299 agent "text" "date", 299 agent "text"`; a comma may stand inside the quotes.
class Entries {
 public:
  explicit Entries(std::string_view header) : rest_(header) {}

  std::string_view word() {
    skip(" \t,");
    const std::string_view found = rest_.substr(0, rest_.find_first_of(" \t,"));
    rest_.remove_prefix(found.size());
    return found;
  }

  // Nothing when no quoted string stands here, or it has no end, or holds control characters.
  std::optional<std::string> quoted() {
    skip(" \t");
    if (!rest_.starts_with('"')) return std::nullopt;
    std::string text;
    for (std::size_t at = 1; at < rest_.size(); ++at) {
      if (rest_[at] == '"') {
        rest_.remove_prefix(at + 1);
        return text;
      }
      if (rest_[at] == '\\' && at + 1 < rest_.size()) ++at;
      if (static_cast<unsigned char>(rest_[at]) < ' ' || rest_[at] == '\x7f') return std::nullopt;
      text += rest_[at];
    }
    return std::nullopt;
  }

  bool at_end() {
    skip(" \t,");
    return rest_.empty();
  }

 private:
  void skip(std::string_view blanks) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
  }

  std::string_view rest_;
};

}  // namespace

std::vector<std::string> warning_texts(std::string_view header) {
  std::vector<std::string> texts;
  Entries entries(header);
  while (!entries.at_end()) {
    const std::string_view code = entries.word();
    const std::string_view agent = entries.word();
    const std::optional<std::string> text = entries.quoted();
    if (agent.empty() || !text) break;
    if (code == "299" && !text->empty()) texts.push_back(*text);
    entries.quoted();  // the date, which nobody sends
  }
  return texts;
}

bool Warnings::is_new(const std::string& text) {
  constexpr std::size_t most = 256;
  return seen_.size() < most && seen_.insert(text).second;
}

}  // namespace kube
