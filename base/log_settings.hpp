#pragma once

#include <chrono>
#include <string>

#include "base/flags.hpp"
#include "base/log.hpp"

namespace base {

// Output on two streams with a buffer: upstream has it behind a gate that cannot be opened.
struct LogRouting {
  bool split_stream = false;
  std::string info_buffer_size = "0";  // a quantity
};

// The flags with which every Kubernetes component lets its log lines be shaped, as they were given.
struct LogSettings {
  std::string format = "text";
  int verbosity = 0;
  Vmodule vmodule;
  std::chrono::nanoseconds flush_frequency = std::chrono::seconds(5);
  LogRouting text, json;
};

// Also adds the older flags of klog, which are let pass without effect. `settings` must outlive
// Flags::parse().
void add_log_flags(Flags& flags, LogSettings& settings);

// What the settings come to; the error names the flag that cannot be followed.
Result<Logger::Options> log_options(const LogSettings& settings);

}  // namespace base
