#include "sidecar/options.hpp"

#include <algorithm>

#include "base/flags.hpp"
#include "base/go_duration.hpp"

namespace sidecar {
namespace {

using base::Error;
using base::ErrorKind;
using base::Result;

// What the flags fill in and Options holds in another type.
struct Texts {
  std::int64_t verbosity = 0;
  std::string log_format = "text";
};

base::Flags flags_into(const std::string& program, Options& options, Texts& texts) {
  base::Flags flags(program);
  flags.add("csi-address", &options.csi_address,
            "Path of the CSI driver's socket, or unix:// and that path.");
  flags.add(
      "kubeconfig", &options.kubeconfig,
      "Path of a kubeconfig file. Without it the pod's service account is used; $KUBECONFIG and "
      "~/.kube/config are not.");
  flags.add("timeout", &options.timeout, "How long one call to the CSI driver may take.");
  flags.add("worker-threads", &options.worker_threads,
            "How many VolumeSnapshotContents may be worked on at once.");
  flags.add("retry-interval-start", &options.retry_interval_start,
            "Wait before the first retry of a failed snapshot; it doubles with each failure.");
  flags.add("retry-interval-max", &options.retry_interval_max,
            "Longest wait between retries of a failed snapshot.");
  flags.add("resync-period", &options.resync_period,
            "How often unfinished contents are looked at again without a reason.");
  flags.add("snapshot-name-prefix", &options.names.prefix,
            "First part of the name that the CSI driver gets for a snapshot.");
  flags.add(
      "snapshot-name-uuid-length", &options.names.uuid_length,
      "How many characters of the VolumeSnapshot's uid, without dashes, go into the name; -1: the "
      "whole uid with its dashes.");
  flags.add("kube-api-qps", &options.kube_api_qps,
            "Requests per second to the API server; below 0: no limit but the server's own.");
  flags.add("kube-api-burst", &options.kube_api_burst,
            "Requests that may go out at once before --kube-api-qps holds.");
  flags.add("extra-create-metadata", &options.extra_create_metadata,
            "Give the names of the VolumeSnapshot and its content to the driver as parameters.");
  flags.add("v", &texts.verbosity,
            "Log level: 2 for each change, 4 for each step, 5 for each CSI call.");
  flags.add("logging-format", &texts.log_format, "How log lines are written: text or json.");
  flags.add("version", &options.show_version, "Print the version and exit.");
  return flags;
}

Result<base::LogFormat> log_format(const std::string& text) {
  if (text == "text") return base::LogFormat::text;
  if (text == "json") return base::LogFormat::json;
  return Error(ErrorKind::invalid,
               "invalid value for flag -logging-format: \"" + text + "\" is neither text nor json");
}

Result<void> positive(const char* flag, std::chrono::nanoseconds value) {
  if (value.count() > 0) return {};
  return Error(ErrorKind::invalid, std::string(flag) + " must be longer than 0, not " +
                                       base::format_go_duration(value));
}

}  // namespace

Result<Options> parse_command_line(const std::string& program,
                                   const std::vector<std::string>& words) {
  Options options;
  Texts texts;
  const Result<base::Flags::Parsed> parsed = flags_into(program, options, texts).parse(words);
  if (!parsed) return parsed.error();
  const Result<base::LogFormat> format = log_format(texts.log_format);
  if (!format) return format.error();
  options.log.format = *format;
  options.log.verbosity = static_cast<int>(std::clamp<std::int64_t>(texts.verbosity, 0, 100));
  options.show_help = parsed->help;
  // Upstream's library reads 0 as its default.
  if (options.kube_api_qps == 0) options.kube_api_qps = 5;
  return options;
}

std::string usage(const std::string& program) {
  Options options;
  Texts texts;
  return flags_into(program, options, texts).usage();
}

Result<void> check(const Options& options) {
  const Result<void> checks[] = {
      snapshot::check(options.names),
      positive("--timeout", options.timeout),
      positive("--retry-interval-start", options.retry_interval_start),
      positive("--retry-interval-max", options.retry_interval_max),
  };
  for (const Result<void>& checked : checks)
    if (!checked) return checked.error();
  if (options.worker_threads < 1)
    return Error(ErrorKind::invalid, "--worker-threads must be at least 1, not " +
                                         std::to_string(options.worker_threads));
  if (options.retry_interval_max < options.retry_interval_start)
    return Error(ErrorKind::invalid,
                 "--retry-interval-max must not be below --retry-interval-start");
  if (options.kube_api_qps > 0 && options.kube_api_burst < 1)
    return Error(ErrorKind::invalid,
                 "--kube-api-burst must be at least 1 when --kube-api-qps limits requests");
  return {};
}

}  // namespace sidecar
