#include "base/log.hpp"

#include <catch2/catch.hpp>

#include <boost/json/parse.hpp>

namespace {

class StoppedClock final : public base::Clock {
 public:
  base::Instant now() const override { return {}; }
  base::WallTime wall_now() const override {
    return base::WallTime(std::chrono::microseconds(1'763'907'597'123'456));
  }
  boost::asio::awaitable<void> sleep_until(base::Instant) override { co_return; }
};

struct Log {
  explicit Log(base::LogFormat format, int verbosity = 0)
      : logger(clock, {format, verbosity}, [this](std::string_view line) { text += line; }) {}
  StoppedClock clock;
  std::string text;
  base::Logger logger;
};

}  // namespace

TEST_CASE("a text line has klog's shape") {
  Log log(base::LogFormat::text);
  log.logger.info("Snapshot taken", {{"content", "a \"b\"\n"}, {"size", std::int64_t{5}}});
  CHECK_THAT(
      log.text,
      Catch::Matches(
          R"(I1123 14:19:57\.123456 +\d+ log_test\.cpp:\d+\] "Snapshot taken" content="a \\"b\\"\\n" size=5)"
          "\n"));
  log.text.clear();
  log.logger.error("No");
  CHECK_THAT(log.text, Catch::StartsWith("E1123"));
}

TEST_CASE("a JSON line is one object with klog's keys") {
  Log log(base::LogFormat::json);
  log.logger.warning("Odd reply", {{"content", "a"}, {"size", std::int64_t{5}}});
  const auto line = boost::json::parse(log.text).as_object();
  CHECK(line.at("ts").as_double() == Approx(1763907597123.456));
  CHECK(line.at("msg").as_string() == "Odd reply");
  CHECK(line.at("severity").as_string() == "warning");
  CHECK(line.at("content").as_string() == "a");
  CHECK(line.at("size").as_int64() == 5);
}

TEST_CASE("levels above the verbosity are silent") {
  Log log(base::LogFormat::text, 2);
  log.logger.debug(3, "wire");
  CHECK(log.text.empty());
  log.logger.debug(2, "change");
  CHECK_THAT(log.text, Catch::Contains("change"));
}

TEST_CASE("a file that --vmodule names has a verbosity of its own") {
  struct Row {
    const char* vmodule;
    bool written;
  };
  const Row table[] = {
      {"log_test=3", true}, {"log_*=3", true}, {"log_test=2", false}, {"l=9", false}};
  for (const Row& row : table) {
    INFO(row.vmodule);
    std::string text;
    base::Logger::Options options;
    REQUIRE(options.vmodule.add(row.vmodule).has_value());
    const StoppedClock clock;
    const base::Logger logger(clock, options, [&](std::string_view line) { text += line; });
    logger.debug(3, "wire");
    CHECK(!text.empty() == row.written);
    CHECK(logger.enabled(3) == row.written);
  }
}
