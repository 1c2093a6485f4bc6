#include "devcluster/apiserver/rfc3339.hpp"

namespace devcluster::apiserver {
namespace {

// Takes a time apart from left to right; the first thing out of place makes it bad for good.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  int number(std::size_t digits) {
    int value = 0;
    if (rest_.size() < digits) return fail();
    for (const char c : rest_.substr(0, digits)) {
      if (c < '0' || c > '9') return fail();
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }
  // The next character, which must be one of these.
  char take(std::string_view allowed) {
    if (rest_.empty() || allowed.find(rest_.front()) == std::string_view::npos) {
      fail();
      return '\0';
    }
    const char found = rest_.front();
    rest_.remove_prefix(1);
    return found;
  }
  void skip_fraction() {
    if (rest_.empty() || rest_.front() != '.') return;
    rest_.remove_prefix(1);
    number(1);
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') rest_.remove_prefix(1);
  }
  bool good_to_the_end() const { return good_ && rest_.empty(); }

 private:
  int fail() {
    good_ = false;
    return 0;
  }

  std::string_view rest_;
  bool good_ = true;
};

std::chrono::minutes read_offset(Reader& reader) {
  const char sign = reader.take("Zz+-");
  if (sign != '+' && sign != '-') return {};
  const int hours = reader.number(2);
  reader.take(":");
  const std::chrono::minutes offset{hours * 60 + reader.number(2)};
  return sign == '+' ? offset : -offset;
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_rfc3339(std::string_view text) {
  namespace chrono = std::chrono;
  Reader reader(text);
  const chrono::year year{reader.number(4)};
  reader.take("-");
  const chrono::month month{static_cast<unsigned>(reader.number(2))};
  reader.take("-");
  const chrono::day day{static_cast<unsigned>(reader.number(2))};
  reader.take("Tt");
  const int hour = reader.number(2);
  reader.take(":");
  const int minute = reader.number(2);
  reader.take(":");
  const int second = reader.number(2);
  reader.skip_fraction();
  const chrono::minutes offset = read_offset(reader);

  const chrono::year_month_day date{year, month, day};
  const bool possible = date.ok() && hour < 24 && minute < 60 && second <= 60;
  if (!reader.good_to_the_end() || !possible) return std::nullopt;
  const chrono::seconds time_of_day =
      chrono::hours(hour) + chrono::minutes(minute) + chrono::seconds(second);
  return chrono::sys_days(date) + time_of_day - offset;
}

}  // namespace devcluster::apiserver
