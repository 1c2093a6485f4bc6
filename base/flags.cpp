#include "base/flags.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/go_duration.hpp"

namespace base {
namespace {

Error bad_value(std::string_view value, std::string_view wanted) {
  return Error(ErrorKind::invalid, "\"" + std::string(value) + "\" is not " + std::string(wanted));
}

template <class Number, class... Form>
std::optional<Number> parse_digits(std::string_view text, Form... form) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, form...);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

// Removes the sign and tells whether it is a minus.
bool take_minus(std::string_view& text) {
  const bool minus = text.starts_with('-');
  if (minus || text.starts_with('+')) text.remove_prefix(1);
  return minus;
}

// Go's strconv.ParseInt with base 0: 42, -1, +3, 0x1f, 0o17, 017, 0b101.
std::optional<std::int64_t> parse_integer(std::string_view text) {
  const bool minus = take_minus(text);
  int base = 10;
  const char second = text.size() > 1 && text[0] == '0' ? static_cast<char>(text[1] | 0x20) : ' ';
  if (second == 'x') base = 16;
  if (second == 'b') base = 2;
  if (second == 'o') base = 8;
  if (base != 10) {
    text.remove_prefix(2);
  } else if (second != ' ') {
    base = 8;
  }
  if (text.starts_with('-')) return std::nullopt;
  const auto number = parse_digits<std::uint64_t>(text, base);
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  if (!number || *number > most) return std::nullopt;
  const auto value = static_cast<std::int64_t>(*number);
  return minus ? -value : value;
}

std::optional<double> parse_float(std::string_view text) {
  const bool minus = take_minus(text);
  if (text.starts_with('-')) return std::nullopt;
  const auto number = parse_digits<double>(text);
  if (!number || !std::isfinite(*number)) return std::nullopt;
  return minus ? -*number : *number;
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

// A help text of several lines, each below the first.
std::string indented(std::string_view help) {
  std::string text;
  for (const char each : help) text += each == '\n' ? "\n    \t" : std::string(1, each);
  return text;
}

bool asks_for_help(std::string_view name) {
  return name == "h" || name == "help";
}

}  // namespace

std::optional<bool> parse_go_bool(std::string_view text) {
  constexpr std::array<std::string_view, 6> yes{"1", "t", "T", "true", "TRUE", "True"};
  constexpr std::array<std::string_view, 6> no{"0", "f", "F", "false", "FALSE", "False"};
  if (std::find(yes.begin(), yes.end(), text) != yes.end()) return true;
  if (std::find(no.begin(), no.end(), text) != no.end()) return false;
  return std::nullopt;
}

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
              const std::optional<bool> parsed = parse_go_bool(value);
              if (!parsed) return bad_value(value, "true or false");
              *target = *parsed;
              return {};
            }});
}

void Flags::add(std::string_view name, std::int64_t* target, std::string_view help) {
  add_flag({std::string(name), "int", std::string(help),
            *target == 0 ? "" : std::to_string(*target), false,
            [target](const std::string& value) -> Result<void> {
              const auto parsed = parse_integer(value);
              if (!parsed) return bad_value(value, "a whole number");
              *target = *parsed;
              return {};
            }});
}

void Flags::add(std::string_view name, double* target, std::string_view help) {
  add_flag({std::string(name), "float", std::string(help), *target == 0 ? "" : number_text(*target),
            false, [target](const std::string& value) -> Result<void> {
              const auto parsed = parse_float(value);
              if (!parsed) return bad_value(value, "a number");
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

void Flags::add(std::string_view name, Setter set, std::string_view help) {
  add_flag({std::string(name), "value", std::string(help), "", false, std::move(set)});
}

void Flags::ignore_switch(std::string_view name) {
  const Setter nothing = [](const std::string&) { return Result<void>(); };
  add_flag({std::string(name), "", "", "", true, nothing, true});
}

void Flags::ignore_value(std::string_view name) {
  const Setter nothing = [](const std::string&) { return Result<void>(); };
  add_flag({std::string(name), "value", "", "", false, nothing, true});
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
    auto& ignored = parsed.ignored;
    if (flag->ignored && std::find(ignored.begin(), ignored.end(), name) == ignored.end())
      ignored.push_back(name);
  }
  if (at < words.size() && words[at] == "--") ++at;
  parsed.rest.assign(words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
  return parsed;
}

std::string Flags::usage() const {
  std::vector<const Flag*> sorted;
  for (const Flag& flag : flags_)
    if (!flag.ignored) sorted.push_back(&flag);
  std::sort(sorted.begin(), sorted.end(),
            [](const Flag* a, const Flag* b) { return a->name < b->name; });
  std::string text = "Usage of " + program_ + ":\n";
  for (const Flag* flag : sorted) {
    text += "  -" + flag->name + (flag->type.empty() ? "" : " " + flag->type);
    text += "\n    \t" + indented(flag->help);
    if (!flag->default_text.empty()) text += " (default " + flag->default_text + ")";
    text += "\n";
  }
  return text;
}

}  // namespace base
