#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
template <class T>
class Family;
}  // namespace prometheus

namespace base {

// What a program counts and measures, for Prometheus to scrape. These handles are all that the rest
// of the program sees of the library; they are copied freely and must not outlive their Metrics. A
// handle made by its default constructor counts nothing.

using MetricLabels = std::map<std::string, std::string>;

class Counter {
 public:
  Counter() = default;
  explicit Counter(prometheus::Counter& held) : held_(&held) {}
  void increment(double by = 1);

 private:
  prometheus::Counter* held_ = nullptr;
};

class Gauge {
 public:
  Gauge() = default;
  explicit Gauge(prometheus::Gauge& held) : held_(&held) {}
  void set(double value);
  void add(double difference);

 private:
  prometheus::Gauge* held_ = nullptr;
};

class Histogram {
 public:
  Histogram() = default;
  explicit Histogram(prometheus::Histogram& held) : held_(&held) {}
  void observe(double value);

 private:
  prometheus::Histogram* held_ = nullptr;
};

// The series of one name. with() makes a series at zero, or finds the one that is there.
class Counters {
 public:
  Counters() = default;
  explicit Counters(prometheus::Family<prometheus::Counter>& held) : held_(&held) {}
  Counter with(const MetricLabels& labels) const;

 private:
  prometheus::Family<prometheus::Counter>* held_ = nullptr;
};

class Gauges {
 public:
  Gauges() = default;
  explicit Gauges(prometheus::Family<prometheus::Gauge>& held) : held_(&held) {}
  Gauge with(const MetricLabels& labels) const;

 private:
  prometheus::Family<prometheus::Gauge>* held_ = nullptr;
};

class Histograms {
 public:
  Histograms() = default;
  Histograms(prometheus::Family<prometheus::Histogram>& held, std::vector<double> buckets)
      : held_(&held), buckets_(std::move(buckets)) {}
  Histogram with(const MetricLabels& labels) const;

 private:
  prometheus::Family<prometheus::Histogram>* held_ = nullptr;
  std::vector<double> buckets_;
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
  struct Held;
  std::unique_ptr<Held> held_;
};

// `count` bounds, each `factor` times the one before: by repeated multiplication, as client_golang
// makes them, because the bounds are part of what dashboards select by ("9.999999999999999e-06").
std::vector<double> exponential_buckets(double first, double factor, int count);

}  // namespace base
