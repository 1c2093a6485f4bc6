#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace base {

// Go's strconv.ParseBool: 1 0 t f T F true false TRUE FALSE True False.
std::optional<bool> parse_go_bool(std::string_view text);

// A command line in the manner of Go's flag package: -name=v, --name v, -bool, -bool=false; parsing
// stops at the first word that is no flag, or after "--". The last of a repeated flag wins.
class Flags {
 public:
  explicit Flags(std::string program) : program_(std::move(program)) {}

  // The target holds the default and receives the value; it must outlive parse().
  void add(std::string_view name, std::string* target, std::string_view help);
  void add(std::string_view name, bool* target, std::string_view help);
  void add(std::string_view name, std::int64_t* target, std::string_view help);
  void add(std::string_view name, double* target, std::string_view help);
  void add(std::string_view name, std::chrono::nanoseconds* target, std::string_view help);

  // A value with a form of its own: `set` gets each one that is given, in order.
  using Setter = std::function<Result<void>(const std::string& value)>;
  void add(std::string_view name, Setter set, std::string_view help);

  // Flags of former versions, without effect and not in usage(): a boolean, and one with a value.
  void ignore_switch(std::string_view name);
  void ignore_value(std::string_view name);

  struct Parsed {
    bool help = false;                 // -h, -help or --help was given: print usage(), exit 0
    std::vector<std::string> rest;     // the words after the flags
    std::vector<std::string> ignored;  // the flags without effect that were given, each once
  };
  // The error names the flag and says what is wrong with it; the program then prints it and
  // usage() to stderr and exits with status 2, as Go's does.
  Result<Parsed> parse(const std::vector<std::string>& words);

  // Every flag with its type, help and default, sorted by name, in Go's layout.
  std::string usage() const;

 private:
  struct Flag {
    std::string name;
    std::string type;  // "string", "duration", "value", ...; empty for a boolean
    std::string help;
    std::string default_text;  // as Go prints it: empty when it is the zero value
    bool boolean = false;
    Setter set;
    bool ignored = false;
  };
  void add_flag(Flag flag);
  const Flag* find(std::string_view name) const;

  std::string program_;
  std::vector<Flag> flags_;
};

}  // namespace base
