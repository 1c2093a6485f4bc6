#include "base/log.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <ctime>

#include <boost/json/serialize.hpp>

namespace base {
namespace {

std::string_view file_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// One line, whatever a peer put into the text: control characters and quotes are escaped.
std::string quoted(std::string_view text) {
  return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

char letter(Severity severity) {
  switch (severity) {
    case Severity::info:
      return 'I';
    case Severity::warning:
      return 'W';
    case Severity::error:
      return 'E';
  }
  return '?';
}

}  // namespace

struct Logger::Line {
  Severity severity;
  int level;
  std::string_view message;
  Place place;
};

namespace {

std::string place_text(const Logger::Place& place) {
  return std::string(file_name(place.file)) + ":" + std::to_string(place.line);
}

// I1123 14:19:57.123456   17 performer.cpp:42] "Snapshot taken" content="a"
std::string klog_header(char severity, WallTime now, const Logger::Place& place) {
  using namespace std::chrono;
  const std::time_t seconds = system_clock::to_time_t(now);
  const auto micros = duration_cast<microseconds>(now.time_since_epoch()).count() % 1'000'000;
  std::tm date{};
  gmtime_r(&seconds, &date);
  std::array<char, 64> head{};
  std::snprintf(head.data(), head.size(), "%c%02d%02d %02d:%02d:%02d.%06lld %7d ", severity,
                date.tm_mon + 1, date.tm_mday, date.tm_hour, date.tm_min, date.tm_sec,
                static_cast<long long>(micros), static_cast<int>(getpid()));
  return head.data() + place_text(place) + "] ";
}

std::string milliseconds_text(WallTime now) {
  using namespace std::chrono;
  const auto micros = duration_cast<microseconds>(now.time_since_epoch()).count();
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%lld.%03lld", static_cast<long long>(micros / 1000),
                static_cast<long long>(micros % 1000));
  return text.data();
}

}  // namespace

Field::Field(std::string_view key, std::string value) : key(key), value(std::move(value)) {}
Field::Field(std::string_view key, std::string_view value) : key(key), value(value) {}
Field::Field(std::string_view key, const char* value) : key(key), value(value) {}
Field::Field(std::string_view key, std::int64_t value)
    : key(key), value(std::to_string(value)), number(true) {}

Logger::Logger(const Clock& clock, Options options, Sink sink)
    : clock_(clock), options_(std::move(options)), sink_(std::move(sink)) {}

void Logger::info(std::string_view message, Fields fields, Place place) const {
  write({Severity::info, 0, message, place}, fields);
}

void Logger::warning(std::string_view message, Fields fields, Place place) const {
  write({Severity::warning, 0, message, place}, fields);
}

void Logger::error(std::string_view message, Fields fields, Place place) const {
  write({Severity::error, 0, message, place}, fields);
}

void Logger::debug(int level, std::string_view message, Fields fields, Place place) const {
  if (enabled(level, place)) write({Severity::info, level, message, place}, fields);
}

void Logger::write(const Line& line, Fields fields) const {
  std::string text;
  if (options_.format == LogFormat::text) {
    text = klog_header(letter(line.severity), clock_.wall_now(), line.place) + quoted(line.message);
    for (const Field& field : fields)
      text += " " + field.key + "=" + (field.number ? field.value : quoted(field.value));
  } else {
    text = "{\"ts\":" + milliseconds_text(clock_.wall_now()) +
           ",\"caller\":" + quoted(place_text(line.place)) + ",\"msg\":" + quoted(line.message);
    if (line.severity == Severity::info) text += ",\"v\":" + std::to_string(line.level);
    if (line.severity == Severity::warning) text += ",\"severity\":\"warning\"";
    if (line.severity == Severity::error) text += ",\"severity\":\"error\"";
    for (const Field& field : fields)
      text += "," + quoted(field.key) + ":" + (field.number ? field.value : quoted(field.value));
    text += "}";
  }
  text += "\n";
  sink_(text);
}

Logger::Sink to_stderr() {
  return [](std::string_view line) {
    while (!line.empty()) {
      const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
      if (written <= 0) return;  // nobody is left to be told
      line.remove_prefix(static_cast<std::size_t>(written));
    }
  };
}

Logger::Sink to_nowhere() {
  return [](std::string_view) {};
}

}  // namespace base
