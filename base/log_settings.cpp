#include "base/log_settings.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/go_duration.hpp"

namespace base {
namespace {

// klog's, of which Kubernetes components dropped all but -v and -vmodule. Old manifests have them.
constexpr const char* klog_switches[] = {
    "add_dir_header",  "alsologtostderr", "legacy_stderr_threshold_behavior",
    "logtostderr",     "one_output",      "skip_headers",
    "skip_log_headers"};
constexpr const char* klog_values[] = {"log_backtrace_at", "log_dir", "log_file",
                                       "log_file_max_size", "stderrthreshold"};

Result<int> level(const std::string& text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, number);
  const bool fits = number <= std::numeric_limits<std::int32_t>::max();
  if (failed != std::errc() || stop != end || text[0] == '-' || !fits)
    return Error(ErrorKind::invalid, "\"" + text + "\" is not a whole number from 0 on");
  return static_cast<int>(number);
}

// A quantity as Kubernetes writes it: "0", "64Ki", "1.5M".
bool is_quantity(std::string_view text) {
  constexpr std::string_view suffixes[] = {"",  "n", "u",  "m",  "k",  "M",  "G",  "T",
                                           "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  double number = 0;
  const auto [stop, failed] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (failed != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return std::find(std::begin(suffixes), std::end(suffixes), text) != std::end(suffixes);
}

bool is_zero(std::string_view quantity) {
  return quantity.find_first_of("123456789") == std::string_view::npos;
}

void add_routing(Flags& flags, const std::string& format, LogRouting& routing) {
  flags.add("log-" + format + "-split-stream", &routing.split_stream,
            "Accepted as false only: all lines go to stderr.");
  flags.add(
      "log-" + format + "-info-buffer-size",
      [&routing](const std::string& value) -> Result<void> {
        if (!is_quantity(value))
          return Error(ErrorKind::invalid, "\"" + value + "\" is not a quantity such as 64Ki");
        routing.info_buffer_size = value;
        return {};
      },
      "Accepted as 0 only: nothing is buffered.");
}

Result<void> check(const std::string& format, const LogRouting& routing) {
  if (!routing.split_stream && is_zero(routing.info_buffer_size)) return {};
  return Error(ErrorKind::invalid, "--log-" + format + "-split-stream and --log-" + format +
                                       "-info-buffer-size are alpha options that cannot be "
                                       "switched on: leave them out");
}

}  // namespace

void add_log_flags(Flags& flags, LogSettings& settings) {
  flags.add(
      "v",
      [&settings](const std::string& value) -> Result<void> {
        const Result<int> verbosity = level(value);
        if (!verbosity) return verbosity.error();
        settings.verbosity = *verbosity;
        return {};
      },
      "How much is logged: 2 for each change, 4 for each step, 5 for each CSI call.");
  flags.add(
      "vmodule", [&settings](const std::string& value) { return settings.vmodule.add(value); },
      "pattern=N,...: another -v for the source files whose name, without folder and extension, "
      "matches the pattern. For the text format only.");
  flags.add("logging-format", &settings.format, "How log lines are written: text or json.");
  flags.add("log-flush-frequency", &settings.flush_frequency,
            "Accepted for compatibility: every line is written at once.");
  add_routing(flags, "text", settings.text);
  add_routing(flags, "json", settings.json);
  for (const char* name : klog_switches) flags.ignore_switch(name);
  for (const char* name : klog_values) flags.ignore_value(name);
}

Result<Logger::Options> log_options(const LogSettings& settings) {
  if (settings.flush_frequency.count() <= 0)
    return Error(ErrorKind::invalid, "--log-flush-frequency must be longer than 0, not " +
                                         format_go_duration(settings.flush_frequency));
  const bool json = settings.format == "json";
  if (!json && settings.format != "text")
    return Error(ErrorKind::invalid,
                 "--logging-format must be text or json, not \"" + settings.format + "\"");
  if (json && !settings.vmodule.empty())
    return Error(ErrorKind::invalid, "--vmodule works with --logging-format=text only");
  if (const auto checked = check("text", settings.text); !checked) return checked.error();
  if (const auto checked = check("json", settings.json); !checked) return checked.error();
  return Logger::Options{json ? LogFormat::json : LogFormat::text, settings.verbosity,
                         settings.vmodule};
}

}  // namespace base
