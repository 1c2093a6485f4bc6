#include "base/go_duration.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>

namespace base {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

// "ms" and "us" stand before "m" and nothing else, so that the longest name is found first.
constexpr std::array<Unit, 8> units{{{"ns", 1},
                                     {"us", 1'000},
                                     {"µs", 1'000},  // U+00B5
                                     {"μs", 1'000},  // U+03BC
                                     {"ms", 1'000'000},
                                     {"s", 1'000'000'000},
                                     {"m", 60'000'000'000},
                                     {"h", 3'600'000'000'000}}};

std::optional<Unit> take_unit(std::string_view& text) {
  for (const Unit& unit : units) {
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    return unit;
  }
  return std::nullopt;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

struct Number {
  long double value = 0;
  bool has_digits = false;
};

Number take_number(std::string_view& text) {
  Number number;
  long double scale = 1;
  bool fraction = false;
  while (!text.empty() && (is_digit(text.front()) || (text.front() == '.' && !fraction))) {
    if (text.front() == '.') {
      fraction = true;
    } else {
      number.has_digits = true;
      number.value = number.value * 10 + (text.front() - '0');
      if (fraction) scale *= 10;
    }
    text.remove_prefix(1);
  }
  number.value /= scale;
  return number;
}

Error bad(std::string_view text, std::string_view why) {
  return Error(ErrorKind::invalid, "\"" + std::string(text) + "\" is no duration: " +
                                       std::string(why) + ", as in 300ms or 1m30s");
}

// Appends value/scale without trailing zeros: 1500, 1000 -> "1.5".
void append_decimal(std::string& out, std::uint64_t value, std::uint64_t scale) {
  out += std::to_string(value / scale);
  std::uint64_t rest = value % scale;
  if (rest == 0) return;
  out += '.';
  while (rest != 0) {
    scale /= 10;
    out += static_cast<char>('0' + rest / scale);
    rest %= scale;
  }
}

}  // namespace

Result<std::chrono::nanoseconds> parse_go_duration(std::string_view text) {
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest == "0") return std::chrono::nanoseconds(0);
  if (rest.empty()) return bad(text, "it needs a number and a unit");

  long double total = 0;
  while (!rest.empty()) {
    const Number number = take_number(rest);
    if (!number.has_digits) return bad(text, "it needs a number before each unit");
    const std::optional<Unit> unit = take_unit(rest);
    if (!unit) return bad(text, "each number needs a unit (ns, us, ms, s, m, h)");
    total += number.value * static_cast<long double>(unit->nanoseconds);
  }
  if (total > static_cast<long double>(std::numeric_limits<std::int64_t>::max()))
    return bad(text, "it is longer than 292 years");
  const auto nanoseconds = static_cast<std::int64_t>(total);
  return std::chrono::nanoseconds(negative ? -nanoseconds : nanoseconds);
}

std::string format_go_duration(std::chrono::nanoseconds duration) {
  constexpr std::uint64_t second = 1'000'000'000;
  const std::int64_t count = duration.count();
  std::uint64_t left =
      count < 0 ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
  if (left == 0) return "0s";
  std::string out = count < 0 ? "-" : "";
  if (left < second) {
    const bool milli = left >= 1'000'000;
    const bool micro = !milli && left >= 1'000;
    append_decimal(out, left, milli ? 1'000'000 : micro ? 1'000 : 1);
    return out + (milli ? "ms" : micro ? "µs" : "ns");
  }
  const std::uint64_t minutes = left / (60 * second);
  if (minutes >= 60) out += std::to_string(minutes / 60) + "h";
  if (minutes > 0) out += std::to_string(minutes % 60) + "m";
  append_decimal(out, left % (60 * second), second);
  return out + "s";
}

}  // namespace base
