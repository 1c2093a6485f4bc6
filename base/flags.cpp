#include "base/flags.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/go_duration.hpp"

namespace base {
namespace {

Error bad_value(std::string_view value, std::string_view wanted) {
  return Error(ErrorKind::invalid, "\"" + std::string(value) + "\" is not " + std::string(wanted));
}

std::optional<bool> parse_bool(std::string_view text) {
  constexpr std::array<std::string_view, 6> yes{"1", "t", "T", "true", "TRUE", "True"};
  constexpr std::array<std::string_view, 6> no{"0", "f", "F", "false", "FALSE", "False"};
  if (std::find(yes.begin(), yes.end(), text) != yes.end()) return true;
  if (std::find(no.begin(), no.end(), text) != no.end()) return false;
  return std::nullopt;
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string number_text(double number) {
  std::array<char, 64> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return std::string(buffer.data(), error == std::errc() ? end : buffer.data());
}

// A word as a flag: its name and, after "=", its value. Nothing when the flags end here.
struct Word {
  std::string_view name;
  std::optional<std::string_view> value;
};

std::optional<Word> flag_in(std::string_view word) {
  if (word.size() < 2 || word.front() != '-' || word == "--") return std::nullopt;
  word.remove_prefix(word.starts_with("--") ? 2 : 1);
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos) return Word{word, std::nullopt};
  return Word{word.substr(0, equals), word.substr(equals + 1)};
}

bool asks_for_help(std::string_view name) {
  return name == "h" || name == "help";
}

}  // namespace

void Flags::add(std::string_view name, std::string* target, std::string_view help) {
  add_flag({std::string(name), "string", std::string(help),
            target->empty() ? "" : "\"" + *target + "\"", false,
            [target](const std::string& value) {
              *target = value;
              return Result<void>();
            }});
}

void Flags::add(std::string_view name, bool* target, std::string_view help) {
  add_flag({std::string(name), "", std::string(help), *target ? "true" : "", true,
            [target](const std::string& value) -> Result<void> {
              const std::optional<bool> parsed = parse_bool(value);
              if (!parsed) return bad_value(value, "true or false");
              *target = *parsed;
              return {};
            }});
}

void Flags::add(std::string_view name, std::int64_t* target, std::string_view help) {
  add_flag({std::string(name), "int", std::string(help),
            *target == 0 ? "" : std::to_string(*target), false,
            [target](const std::string& value) -> Result<void> {
              const auto parsed = parse_number<std::int64_t>(value);
              if (!parsed) return bad_value(value, "a whole number");
              *target = *parsed;
              return {};
            }});
}

void Flags::add(std::string_view name, double* target, std::string_view help) {
  add_flag({std::string(name), "float", std::string(help), *target == 0 ? "" : number_text(*target),
            false, [target](const std::string& value) -> Result<void> {
              const auto parsed = parse_number<double>(value);
              if (!parsed || !std::isfinite(*parsed)) return bad_value(value, "a number");
              *target = *parsed;
              return {};
            }});
}

void Flags::add(std::string_view name, std::chrono::nanoseconds* target, std::string_view help) {
  add_flag({std::string(name), "duration", std::string(help),
            target->count() == 0 ? "" : format_go_duration(*target), false,
            [target](const std::string& value) -> Result<void> {
              const auto parsed = parse_go_duration(value);
              if (!parsed) return parsed.error();
              *target = *parsed;
              return {};
            }});
}

void Flags::add_flag(Flag flag) {
  flags_.push_back(std::move(flag));
}

const Flags::Flag* Flags::find(std::string_view name) const {
  const auto found = std::find_if(flags_.begin(), flags_.end(),
                                  [&](const Flag& flag) { return flag.name == name; });
  return found == flags_.end() ? nullptr : &*found;
}

Result<Flags::Parsed> Flags::parse(const std::vector<std::string>& words) {
  Parsed parsed;
  std::size_t at = 0;
  for (; at < words.size(); ++at) {
    const std::optional<Word> word = flag_in(words[at]);
    if (!word) break;
    const Flag* flag = find(word->name);
    if (!flag && asks_for_help(word->name)) {
      parsed.help = true;
      return parsed;
    }
    const std::string name = "-" + std::string(word->name);
    if (!flag) return Error(ErrorKind::invalid, "flag provided but not defined: " + name);
    std::optional<std::string> value;
    if (word->value) {
      value = std::string(*word->value);
    } else if (flag->boolean) {
      value = "true";
    } else if (at + 1 < words.size()) {
      value = words[++at];
    }
    if (!value) return Error(ErrorKind::invalid, "flag needs an argument: " + name);
    const Result<void> set = flag->set(*value);
    if (!set) return set.error().while_doing("invalid value for flag " + name);
  }
  if (at < words.size() && words[at] == "--") ++at;
  parsed.rest.assign(words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
  return parsed;
}

std::string Flags::usage() const {
  std::vector<const Flag*> sorted;
  for (const Flag& flag : flags_) sorted.push_back(&flag);
  std::sort(sorted.begin(), sorted.end(),
            [](const Flag* a, const Flag* b) { return a->name < b->name; });
  std::string text = "Usage of " + program_ + ":\n";
  for (const Flag* flag : sorted) {
    text += "  -" + flag->name + (flag->type.empty() ? "" : " " + flag->type);
    text += "\n    \t" + flag->help;
    if (!flag->default_text.empty()) text += " (default " + flag->default_text + ")";
    text += "\n";
  }
  return text;
}

}  // namespace base
