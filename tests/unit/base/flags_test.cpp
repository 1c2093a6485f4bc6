#include "base/flags.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;

namespace {

struct Values {
  std::string address = "/run/csi/socket";
  bool election = false;
  std::int64_t workers = 10;
  double qps = 0;
  std::chrono::nanoseconds timeout = 1min;
};

base::Flags flags_for(Values& values) {
  base::Flags flags("csi-snapshotter");
  flags.add("csi-address", &values.address, "Socket of the driver.");
  flags.add("leader-election", &values.election, "Take turns.");
  flags.add("worker-threads", &values.workers, "How many at once.");
  flags.add("kube-api-qps", &values.qps, "Requests per second.");
  flags.add("timeout", &values.timeout, "Longest call.");
  return flags;
}

}  // namespace

TEST_CASE("flags come in both dash forms and both value forms") {
  struct Row {
    const char* sentence;
    std::vector<std::string> words;
    std::function<bool(const Values&)> holds;
  };
  const Row table[] = {
      {"one dash and =", {"-csi-address=/a"}, [](const Values& v) { return v.address == "/a"; }},
      {"two dashes and a word",
       {"--csi-address", "/b"},
       [](const Values& v) { return v.address == "/b"; }},
      {"the last one wins",
       {"--timeout=1s", "--timeout=2s"},
       [](const Values& v) { return v.timeout == 2s; }},
      {"a bare boolean is true", {"--leader-election"}, [](const Values& v) { return v.election; }},
      {"a boolean takes = only",
       {"--leader-election=T"},
       [](const Values& v) { return v.election; }},
      {"numbers",
       {"--worker-threads=3", "--kube-api-qps=2.5"},
       [](const Values& v) { return v.workers == 3 && v.qps == 2.5; }},
      {"whole numbers as Go reads them",
       {"--worker-threads=0x1f"},
       [](const Values& v) { return v.workers == 31; }},
      {"a leading 0 is octal",
       {"--worker-threads=010"},
       [](const Values& v) { return v.workers == 8; }},
      {"signs",
       {"--worker-threads=-1", "--kube-api-qps=+1e1"},
       [](const Values& v) { return v.workers == -1 && v.qps == 10; }},
      {"a value may look like a flag",
       {"--csi-address", "--x"},
       [](const Values& v) { return v.address == "--x"; }},
      {"an empty value is a value",
       {"--csi-address="},
       [](const Values& v) { return v.address.empty(); }},
      {"a stray word hides what follows",
       {"word", "--worker-threads=3", "--nonsense"},
       [](const Values& v) { return v.workers == 10; }},
      {"a boolean does not swallow a word",
       {"--leader-election", "false", "--worker-threads=3"},
       [](const Values& v) { return v.election && v.workers == 10; }},
      {"-- ends the flags",
       {"--", "--worker-threads=3"},
       [](const Values& v) { return v.workers == 10; }},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    Values values;
    base::Flags flags = flags_for(values);
    REQUIRE(flags.parse(row.words).has_value());
    CHECK(row.holds(values));
  }
}

TEST_CASE("a wrong flag is refused with its name and what is wrong") {
  struct Row {
    std::vector<std::string> words;
    const char* expected;
  };
  const Row table[] = {
      {{"--nonsense"}, "flag provided but not defined: -nonsense"},
      {{"--csi-address"}, "flag needs an argument: -csi-address"},
      {{"--worker-threads=x"},
       "invalid value for flag -worker-threads: \"x\" is not a whole number"},
      {{"--worker-threads=1.5"},
       "invalid value for flag -worker-threads: \"1.5\" is not a whole number"},
      {{"--worker-threads=08"},
       "invalid value for flag -worker-threads: \"08\" is not a whole number"},
      {{"--worker-threads=--1"},
       "invalid value for flag -worker-threads: \"--1\" is not a whole number"},
      {{"--worker-threads="}, "invalid value for flag -worker-threads: \"\" is not a whole number"},
      {{"--worker-threads=9223372036854775808"},
       "invalid value for flag -worker-threads: \"9223372036854775808\" is not a whole number"},
      {{"--leader-election=maybe"},
       "invalid value for flag -leader-election: \"maybe\" is not true or false"},
      {{"--kube-api-qps=inf"}, "invalid value for flag -kube-api-qps: \"inf\" is not a number"},
      {{"--=x"}, "flag provided but not defined: -"},
  };
  for (const Row& row : table) {
    Values values;
    base::Flags flags = flags_for(values);
    const auto parsed = flags.parse(row.words);
    REQUIRE(parsed.has_error());
    CHECK(parsed.error().text() == row.expected);
  }
  Values values;
  base::Flags flags = flags_for(values);
  CHECK_THAT(flags.parse({"--timeout=5"}).error().text(),
             Catch::Contains("-timeout") && Catch::Contains("unit"));
}

TEST_CASE("help is asked for, and lists every flag with its default") {
  Values values;
  base::Flags flags = flags_for(values);
  const auto parsed = flags.parse({"--help"});
  REQUIRE(parsed.has_value());
  CHECK(parsed->help);
  const std::string usage = flags.usage();
  CHECK_THAT(usage,
             Catch::StartsWith(
                 "Usage of csi-snapshotter:\n  -csi-address string\n    \tSocket of the driver. "
                 "(default \"/run/csi/socket\")\n  -kube-api-qps float\n"));
  CHECK_THAT(usage, Catch::Contains("  -timeout duration\n    \tLongest call. (default 1m0s)\n"));
  CHECK_THAT(usage, Catch::Contains("  -leader-election\n    \tTake turns.\n"));
}

TEST_CASE("a value with a form of its own is set by each of its flags, in order") {
  base::Flags flags("csi-snapshotter");
  std::string seen;
  flags.add(
      "label",
      [&](const std::string& value) -> base::Result<void> {
        if (value == "bad") return base::Error(base::ErrorKind::invalid, "\"bad\" is bad");
        seen += value + ";";
        return {};
      },
      "Two\nlines.");
  REQUIRE(flags.parse({"--label=a", "-label", "b"}).has_value());
  CHECK(seen == "a;b;");
  CHECK(flags.parse({"--label=bad"}).error().text() ==
        "invalid value for flag -label: \"bad\" is bad");
  CHECK(flags.usage() == "Usage of csi-snapshotter:\n  -label value\n    \tTwo\n    \tlines.\n");
}

TEST_CASE("a flag of former versions passes, is told about once, and is not in the usage") {
  base::Flags flags("csi-snapshotter");
  flags.ignore_switch("logtostderr");
  flags.ignore_value("log_dir");
  const auto parsed =
      flags.parse({"--logtostderr", "-log_dir", "/tmp", "--log_dir=/var", "--logtostderr=false"});
  REQUIRE(parsed.has_value());
  CHECK(parsed->ignored == std::vector<std::string>{"-logtostderr", "-log_dir"});
  CHECK(parsed->rest.empty());
  CHECK(flags.usage() == "Usage of csi-snapshotter:\n");
  CHECK(flags.parse({"--log_dir"}).error().text() == "flag needs an argument: -log_dir");
}
