#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/vmodule.hpp"

namespace base {

enum class LogFormat { text, json };
enum class Severity { info, warning, error };

// One key and its value. Values are text; a secret has no way to become one.
struct Field {
  Field(std::string_view key, std::string value);
  Field(std::string_view key, std::string_view value);
  Field(std::string_view key, const char* value);
  Field(std::string_view key, std::int64_t value);

  std::string key;
  std::string value;
  bool number = false;  // JSON writes it without quotes
};
using Fields = std::initializer_list<Field>;

// Writes one line per decision, in klog's shapes: text
//   I1123 14:19:57.123456   17 performer.cpp:42] "Snapshot taken" content="a" handle="s-1"
// or JSON {"ts":1763907597123.456,"caller":"performer.cpp:42","msg":"Snapshot taken","v":0,...}.
// Cheap when the level is off. Lines go to the sink whole, newline included.
class Logger {
 public:
  struct Place {
    const char* file;
    int line;
  };
  using Sink = std::function<void(std::string_view line)>;

  struct Options {
    LogFormat format = LogFormat::text;
    int verbosity = 0;  // -v: lines of a higher level are dropped
    Vmodule vmodule;    // but for those that this asks for
  };

  // Does not own the clock, which must live longer.
  Logger(const Clock& clock, Options options, Sink sink);

  // `place` is evaluated where the call is written.
  void info(std::string_view message, Fields fields = {},
            Place place = {__builtin_FILE(), __builtin_LINE()}) const;
  void warning(std::string_view message, Fields fields = {},
               Place place = {__builtin_FILE(), __builtin_LINE()}) const;
  void error(std::string_view message, Fields fields = {},
             Place place = {__builtin_FILE(), __builtin_LINE()}) const;
  // Only with -v (or --vmodule for this file) at `level` or above. 2: once per object and change,
  // 4: retries, 5: wire.
  void debug(int level, std::string_view message, Fields fields = {},
             Place place = {__builtin_FILE(), __builtin_LINE()}) const;
  bool enabled(int level, Place place = {__builtin_FILE(), __builtin_LINE()}) const {
    return level <= options_.verbosity || options_.vmodule.wants(level, place.file);
  }

 private:
  struct Line;
  void write(const Line& line, Fields fields) const;

  const Clock& clock_;
  Options options_;
  Sink sink_;
};

// Writes to standard error in one system call per line, so that lines of two processes do not mix.
Logger::Sink to_stderr();

// Drops everything; for tests that do not look at the log.
Logger::Sink to_nowhere();

}  // namespace base
