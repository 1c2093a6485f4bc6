#include "base/metrics.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <utility>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace base {

void Counter::increment(double by) {
  if (held_) held_->Increment(by);
}

void Gauge::set(double value) {
  if (held_) held_->Set(value);
}

void Gauge::add(double difference) {
  if (held_) held_->Increment(difference);
}

void Histogram::observe(double value) {
  if (held_) held_->Observe(value);
}

Counter Counters::with(const MetricLabels& labels) const {
  return held_ ? Counter(held_->Add(labels)) : Counter();
}

Gauge Gauges::with(const MetricLabels& labels) const {
  return held_ ? Gauge(held_->Add(labels)) : Gauge();
}

Histogram Histograms::with(const MetricLabels& labels) const {
  return held_ ? Histogram(held_->Add(labels, buckets_)) : Histogram();
}

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

struct Collector {
  std::string name;
  std::string help;
  MetricType type;
  Metrics::Collect collect;
};

MetricFamily family_of(const Collector& collector) {
  MetricFamily family;
  family.name = collector.name;
  family.help = collector.help;
  family.type = collector.type;
  for (const Metrics::Sample& sample : collector.collect()) {
    ClientMetric metric;
    for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
    metric.counter.value = sample.value;
    metric.gauge.value = sample.value;
    family.metric.push_back(std::move(metric));
  }
  return family;
}

// Sorted by name, each name once: several collectors may give series of one name.
void merge_by_name(std::vector<MetricFamily>& families) {
  std::stable_sort(
      families.begin(), families.end(),
      [](const MetricFamily& one, const MetricFamily& other) { return one.name < other.name; });
  std::vector<MetricFamily> merged;
  for (MetricFamily& family : families) {
    if (merged.empty() || merged.back().name != family.name) {
      merged.push_back(std::move(family));
      continue;
    }
    std::move(family.metric.begin(), family.metric.end(), std::back_inserter(merged.back().metric));
  }
  families = std::move(merged);
}

bool labels_before(const ClientMetric& one, const ClientMetric& other) {
  return one.label < other.label;
}

}  // namespace

struct Metrics::Held {
  prometheus::Registry registry{prometheus::Registry::InsertBehavior::Merge};
  std::vector<Collector> collectors;
};

Metrics::Metrics() : held_(std::make_unique<Held>()) {}
Metrics::~Metrics() = default;

Counters Metrics::counters(const std::string& name, const std::string& help) {
  return Counters(prometheus::BuildCounter().Name(name).Help(help).Register(held_->registry));
}

Gauges Metrics::gauges(const std::string& name, const std::string& help) {
  return Gauges(prometheus::BuildGauge().Name(name).Help(help).Register(held_->registry));
}

Histograms Metrics::histograms(const std::string& name, const std::string& help,
                               std::vector<double> buckets) {
  return Histograms(prometheus::BuildHistogram().Name(name).Help(help).Register(held_->registry),
                    std::move(buckets));
}

void Metrics::collected_gauges(std::string name, std::string help, Collect collect) {
  held_->collectors.push_back(
      {std::move(name), std::move(help), MetricType::Gauge, std::move(collect)});
}

void Metrics::collected_counters(std::string name, std::string help, Collect collect) {
  held_->collectors.push_back(
      {std::move(name), std::move(help), MetricType::Counter, std::move(collect)});
}

std::string Metrics::expose() const {
  std::vector<MetricFamily> families = held_->registry.Collect();
  for (const Collector& collector : held_->collectors) families.push_back(family_of(collector));
  std::erase_if(families, [](const MetricFamily& family) { return family.metric.empty(); });
  merge_by_name(families);
  for (MetricFamily& family : families)
    std::sort(family.metric.begin(), family.metric.end(), labels_before);
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, families);
  return std::move(text).str();
}

std::vector<double> exponential_buckets(double first, double factor, int count) {
  std::vector<double> buckets;
  for (double bound = first; count > 0; --count, bound *= factor) buckets.push_back(bound);
  return buckets;
}

}  // namespace base
