#include "base/metrics.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace base {

struct MetricFamily {
  std::string help;
  const char* type;
  std::vector<double> bounds;  // of a histogram
  // Maps: handles point into them.
  std::map<MetricLabels, double> values;
  std::map<MetricLabels, HistogramValues> histograms;
};

namespace {

// Prometheus's data model: letters, digits and underscores, and no digit first; names of metrics
// may have colons.
void check_name(const std::string& name, bool colons) {
  const auto allowed = [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (colons && c == ':');
  };
  const bool sound = !name.empty() && !std::isdigit(static_cast<unsigned char>(name.front())) &&
                     std::all_of(name.begin(), name.end(), allowed);
  if (!sound) throw std::invalid_argument("Prometheus allows no name '" + name + "'");
}

const MetricLabels& checked(const MetricLabels& labels) {
  for (const auto& [name, value] : labels) check_name(name, false);
  return labels;
}

std::string number(double value) {
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  if (std::isnan(value)) return "NaN";
  char text[32];
  const std::to_chars_result end = std::to_chars(text, text + sizeof text, value);
  return std::string(text, end.ptr);
}

std::string escaped(const std::string& value) {
  std::string out;
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return out;
}

void write_line(std::string& page, const std::string& name, MetricLabels labels,
                const std::string& value, const std::string& bound = {}) {
  std::string list;
  for (const auto& [label, text] : labels)
    list += (list.empty() ? "" : ",") + label + "=\"" + escaped(text) + "\"";
  if (!bound.empty()) list += std::string(list.empty() ? "" : ",") + "le=\"" + bound + "\"";
  page += name + (list.empty() ? "" : "{" + list + "}") + " " + value + "\n";
}

void write_histogram(std::string& page, const std::string& name, const MetricLabels& labels,
                     const std::vector<double>& bounds, const HistogramValues& values) {
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < values.counts.size(); ++i) {
    all += values.counts[i];
    const std::string bound = i < bounds.size() ? number(bounds[i]) : "+Inf";
    write_line(page, name + "_bucket", labels, std::to_string(all), bound);
  }
  write_line(page, name + "_sum", labels, number(values.sum));
  write_line(page, name + "_count", labels, std::to_string(all));
}

}  // namespace

void Histogram::observe(double value) {
  if (!held_) return;
  const auto bound = std::lower_bound(bounds_->begin(), bounds_->end(), value);
  ++held_->counts[static_cast<std::size_t>(bound - bounds_->begin())];
  held_->sum += value;
}

Counter Counters::with(const MetricLabels& labels) const {
  return held_ ? Counter(held_->values[checked(labels)]) : Counter();
}

Gauge Gauges::with(const MetricLabels& labels) const {
  return held_ ? Gauge(held_->values[checked(labels)]) : Gauge();
}

Histogram Histograms::with(const MetricLabels& labels) const {
  if (!held_) return Histogram();
  HistogramValues& values = held_->histograms[checked(labels)];
  values.counts.resize(held_->bounds.size() + 1);
  return Histogram(held_->bounds, values);
}

Metrics::Metrics() = default;
Metrics::~Metrics() = default;

MetricFamily& Metrics::family(const std::string& name, const std::string& help, const char* type) {
  check_name(name, true);
  return families_.try_emplace(name, MetricFamily{help, type, {}, {}, {}}).first->second;
}

Counters Metrics::counters(const std::string& name, const std::string& help) {
  return Counters(family(name, help, "counter"));
}

Gauges Metrics::gauges(const std::string& name, const std::string& help) {
  return Gauges(family(name, help, "gauge"));
}

Histograms Metrics::histograms(const std::string& name, const std::string& help,
                               std::vector<double> buckets) {
  MetricFamily& made = family(name, help, "histogram");
  made.bounds = std::move(buckets);
  return Histograms(made);
}

void Metrics::collected_gauges(std::string name, std::string help, Collect collect) {
  family(name, help, "gauge");
  collectors_.push_back({std::move(name), std::move(collect)});
}

void Metrics::collected_counters(std::string name, std::string help, Collect collect) {
  family(name, help, "counter");
  collectors_.push_back({std::move(name), std::move(collect)});
}

std::string Metrics::expose() const {
  std::map<std::string, std::map<MetricLabels, double>> asked;
  for (const Collector& collector : collectors_)
    for (Sample& sample : collector.collect())
      asked[collector.name].emplace(std::move(sample.labels), sample.value);
  std::string page;
  for (const auto& [name, family] : families_) {
    std::map<MetricLabels, double> values = family.values;
    if (const auto found = asked.find(name); found != asked.end()) values.merge(found->second);
    if (values.empty() && family.histograms.empty()) continue;
    page += "# HELP " + name + " " + family.help + "\n# TYPE " + name + " " + family.type + "\n";
    for (const auto& [labels, value] : values) write_line(page, name, labels, number(value));
    for (const auto& [labels, held] : family.histograms)
      write_histogram(page, name, labels, family.bounds, held);
  }
  return page;
}

std::vector<double> exponential_buckets(double first, double factor, int count) {
  std::vector<double> buckets;
  for (double bound = first; count > 0; --count, bound *= factor) buckets.push_back(bound);
  return buckets;
}

}  // namespace base
