#include "base/log_settings.hpp"

#include <catch2/catch.hpp>

#include "tests/support/result_printer.hpp"

namespace {

// What the program makes of these flags: the options, or the error of the parser or the check.
base::Result<base::Logger::Options> options_of(const std::vector<std::string>& words) {
  base::LogSettings settings;
  base::Flags flags("csi-snapshotter");
  base::add_log_flags(flags, settings);
  const auto parsed = flags.parse(words);
  if (!parsed) return parsed.error();
  return base::log_options(settings);
}

}  // namespace

TEST_CASE("the flags shape the log") {
  const base::Logger::Options plain = options_of({}).value();
  CHECK(plain.format == base::LogFormat::text);
  CHECK(plain.verbosity == 0);
  CHECK(plain.vmodule.empty());
  const auto json = options_of({"--v=5", "--logging-format=json", "--log-flush-frequency=1s"});
  REQUIRE(json.has_value());
  CHECK(json->format == base::LogFormat::json);
  CHECK(json->verbosity == 5);
  const auto with_files = options_of({"-v", "1", "--vmodule=a=2", "--vmodule=b=3"});
  REQUIRE(with_files.has_value());
  CHECK(with_files->vmodule.wants(2, "a.cpp"));
  CHECK(with_files->vmodule.wants(3, "b.cpp"));
}

TEST_CASE("the alpha options pass at their defaults") {
  CHECK(options_of({"--log-text-split-stream=false", "--log-json-split-stream=false",
                    "--log-text-info-buffer-size=0", "--log-json-info-buffer-size=0Ki"})
            .has_value());
}

TEST_CASE("what the log cannot do is refused with the flag's name") {
  struct Row {
    std::vector<std::string> words;
    const char* why;
  };
  const Row table[] = {
      {{"--v=-1"}, "-v: \"-1\" is not a whole number from 0 on"},
      {{"--v="}, "-v: \"\" is not"},
      {{"--v=2147483648"}, "-v: \"2147483648\" is not"},
      {{"--v=1.5"}, "-v: \"1.5\" is not"},
      {{"--vmodule=a"}, "-vmodule: \"a\" is not of the form pattern=N"},
      {{"--logging-format=xml"}, "--logging-format must be text or json, not \"xml\""},
      {{"--logging-format=json", "--vmodule=a=1"}, "--vmodule works with --logging-format=text"},
      {{"--log-flush-frequency=0"}, "--log-flush-frequency must be longer than 0, not 0s"},
      {{"--log-text-split-stream"}, "--log-text-split-stream"},
      {{"--log-json-split-stream"}, "--log-json-split-stream"},
      {{"--log-text-info-buffer-size=64Ki"}, "--log-text-info-buffer-size"},
      {{"--log-json-info-buffer-size=0.5M"}, "--log-json-info-buffer-size"},
      {{"--log-json-info-buffer-size=much"}, "\"much\" is not a quantity"},
      {{"--log-json-info-buffer-size=1Q"}, "\"1Q\" is not a quantity"},
  };
  for (const Row& row : table) {
    const auto options = options_of(row.words);
    REQUIRE(options.has_error());
    CHECK_THAT(options.error().text(), Catch::Contains(row.why));
  }
}

TEST_CASE("each flag of klog that components dropped passes without effect") {
  for (const char* flag :
       {"-logtostderr", "--alsologtostderr=true", "--add_dir_header", "--skip_headers",
        "--skip_log_headers", "--one_output", "--legacy_stderr_threshold_behavior",
        "--log_dir=/tmp", "--log_file=/tmp/log", "--log_file_max_size=1800",
        "--stderrthreshold=INFO", "--log_backtrace_at=a.go:1"}) {
    INFO(flag);
    CHECK(options_of({flag}).has_value());
  }
}
