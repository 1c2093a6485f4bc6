#include "base/metrics.hpp"

#include <stdexcept>

#include <catch2/catch.hpp>

#include "tests/support/exposition.hpp"

using base::Metrics;
using tests::Exposition;
using Samples = std::vector<Metrics::Sample>;

TEST_CASE("a page reads as the text format says, sorted") {
  Metrics metrics;
  metrics.histograms("h_seconds", "Durations.", {0.25, 1}).with({{"name", "x"}}).observe(0.5);
  metrics.counters("c_total", "Things counted.").with({{"verb", "get"}}).increment();
  metrics.counters("c_total", "Things counted.").with({{"verb", "add"}}).increment(2);
  metrics.collected_gauges("b", "Asked for.", [] { return Samples{{{}, 7.5}}; });
  metrics.gauges("never_used", "Left out.");
  CHECK(metrics.expose() ==
        "# HELP b Asked for.\n"
        "# TYPE b gauge\n"
        "b 7.5\n"
        "# HELP c_total Things counted.\n"
        "# TYPE c_total counter\n"
        "c_total{verb=\"add\"} 2\n"
        "c_total{verb=\"get\"} 1\n"
        "# HELP h_seconds Durations.\n"
        "# TYPE h_seconds histogram\n"
        "h_seconds_bucket{name=\"x\",le=\"0.25\"} 0\n"
        "h_seconds_bucket{name=\"x\",le=\"1\"} 1\n"
        "h_seconds_bucket{name=\"x\",le=\"+Inf\"} 1\n"
        "h_seconds_sum{name=\"x\"} 0.5\n"
        "h_seconds_count{name=\"x\"} 1\n");
}

TEST_CASE("the same labels are the same series") {
  Metrics metrics;
  const base::Counters counters = metrics.counters("c_total", "Things.");
  counters.with({{"a", "1"}}).increment();
  counters.with({{"a", "1"}}).increment();
  counters.with({{"a", "2"}});
  const Exposition page(metrics.expose());
  CHECK(page.value("c_total", {{"a", "1"}}) == 2);
  CHECK(page.value("c_total", {{"a", "2"}}) == 0);
}

TEST_CASE("several collectors may give series of one name") {
  Metrics metrics;
  for (const char* name : {"b", "a"})
    metrics.collected_gauges("g", "Asked for.", [name] { return Samples{{{{"name", name}}, 1}}; });
  const Exposition page(metrics.expose());
  CHECK(page.family("g").series.size() == 2);
}

TEST_CASE("a label may hold anything") {
  Metrics metrics;
  const std::string value = "a \"quoted\" \\ path\nand a line";
  metrics.gauges("g", "One.").with({{"text", value}}).set(-1.5e-7);
  CHECK(Exposition(metrics.expose()).value("g", {{"text", value}}) == -1.5e-7);
}

TEST_CASE("large and small numbers keep their digits") {
  Metrics metrics;
  metrics.gauges("large", "One.").with({}).set(1763907597.25);
  metrics.gauges("infinite", "One.").with({}).set(HUGE_VAL);
  const Exposition page(metrics.expose());
  CHECK(page.value("large") == 1763907597.25);
  CHECK(page.value("infinite") == HUGE_VAL);
}

TEST_CASE("the queues' bounds are written as client_golang writes them") {
  Metrics metrics;
  metrics.histograms("h", "One.", base::exponential_buckets(1e-8, 10, 10)).with({}).observe(1);
  const std::vector<std::string> expected = {"1e-08",
                                             "1e-07",
                                             "1e-06",
                                             "9.999999999999999e-06",
                                             "9.999999999999999e-05",
                                             "0.001",
                                             "0.01",
                                             "0.1",
                                             "1",
                                             "10",
                                             "+Inf"};
  CHECK(Exposition(metrics.expose()).bounds("h", {}) == expected);
}

TEST_CASE("handles made from nothing count nothing") {
  base::Counter().increment();
  base::Gauge().set(1);
  base::Histogram().observe(1);
  base::Counters().with({}).increment();
}

TEST_CASE("names that Prometheus does not allow are bugs") {
  Metrics metrics;
  CHECK_THROWS_AS(metrics.counters("a name", "One."), std::invalid_argument);
  CHECK_THROWS_AS(metrics.gauges("g", "One.").with({{"a label", ""}}), std::invalid_argument);
}
