#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace base {

// What a program counts and measures, for Prometheus to scrape. Handles are copied freely and must
// not outlive their Metrics; one made by its default constructor counts nothing.
//
// Debian packages prometheus-cpp without a static library, and its shared one would bring a second
// C++ runtime into a program that needs none; the text format is a page of code.

using MetricLabels = std::map<std::string, std::string>;

class Counter {
 public:
  Counter() = default;
  explicit Counter(double& held) : held_(&held) {}
  void increment(double by = 1) {
    if (held_) *held_ += by;
  }

 private:
  double* held_ = nullptr;
};

class Gauge {
 public:
  Gauge() = default;
  explicit Gauge(double& held) : held_(&held) {}
  void set(double value) {
    if (held_) *held_ = value;
  }
  void add(double difference) {
    if (held_) *held_ += difference;
  }

 private:
  double* held_ = nullptr;
};

// Observations by upper bound, the infinite one last.
struct HistogramValues {
  std::vector<std::uint64_t> counts;
  double sum = 0;
};

class Histogram {
 public:
  Histogram() = default;
  Histogram(const std::vector<double>& bounds, HistogramValues& held)
      : bounds_(&bounds), held_(&held) {}
  void observe(double value);

 private:
  const std::vector<double>* bounds_ = nullptr;
  HistogramValues* held_ = nullptr;
};

struct MetricFamily;  // the series of one name

// with() makes a series at zero, or finds the one that is there.
class Counters {
 public:
  Counters() = default;
  explicit Counters(MetricFamily& held) : held_(&held) {}
  Counter with(const MetricLabels& labels) const;

 private:
  MetricFamily* held_ = nullptr;
};

class Gauges {
 public:
  Gauges() = default;
  explicit Gauges(MetricFamily& held) : held_(&held) {}
  Gauge with(const MetricLabels& labels) const;

 private:
  MetricFamily* held_ = nullptr;
};

class Histograms {
 public:
  Histograms() = default;
  explicit Histograms(MetricFamily& held) : held_(&held) {}
  Histogram with(const MetricLabels& labels) const;

 private:
  MetricFamily* held_ = nullptr;
};

// The metrics of one program. A name or label that Prometheus does not allow is a bug and throws
// std::invalid_argument.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // `help` is one line.
  Counters counters(const std::string& name, const std::string& help);
  Gauges gauges(const std::string& name, const std::string& help);
  // `buckets`: upper bounds, rising, without the infinite one.
  Histograms histograms(const std::string& name, const std::string& help,
                        std::vector<double> buckets);

  // Figures that somebody else keeps, asked for at each scrape.
  class Sample {
   public:
    Sample(MetricLabels labels, double value) : labels(std::move(labels)), value(value) {}

    MetricLabels labels;
    double value;
  };
  using Collect = std::function<std::vector<Sample>()>;
  void collected_gauges(std::string name, std::string help, Collect collect);
  void collected_counters(std::string name, std::string help, Collect collect);

  // All of them, sorted by name and labels, in the text format 0.0.4. A name without a series is
  // left out.
  std::string expose() const;
  static constexpr const char* content_type = "text/plain; version=0.0.4; charset=utf-8";

 private:
  struct Collector {
    std::string name;
    Collect collect;
  };
  MetricFamily& family(const std::string& name, const std::string& help, const char* type);

  std::map<std::string, MetricFamily> families_;  // a map: handles point into it
  std::vector<Collector> collectors_;
};

// `count` bounds, each `factor` times the one before: by repeated multiplication, as client_golang
// makes them, because the bounds are part of what dashboards select by ("9.999999999999999e-06").
std::vector<double> exponential_buckets(double first, double factor, int count);

}  // namespace base
