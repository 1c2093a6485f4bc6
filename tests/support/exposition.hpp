#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

// One series: its name and labels as they were written, and its value.
class Series {
 public:
  Series() = default;

  std::string name;  // with _bucket, _sum, _count
  std::map<std::string, std::string> labels;
  double value = 0;
};

// One name with its type and series.
class ExposedFamily {
 public:
  ExposedFamily() = default;

  std::string type;  // "counter", "gauge", "histogram"
  std::string help;
  std::vector<Series> series;
};

// What a scrape has brought, read strictly by the rules of the text format 0.0.4: names and labels
// of the allowed characters, HELP and TYPE before the series and once, no series twice, buckets
// that rise to an infinite one equal to the count, a line end after everything.
class Exposition {
 public:
  // Throws std::runtime_error with the line that breaks a rule.
  explicit Exposition(std::string_view text);

  bool has(const std::string& family) const { return families_.count(family) > 0; }
  // Throw std::out_of_range if it is not there.
  const ExposedFamily& family(const std::string& name) const { return families_.at(name); }
  double value(const std::string& series,
               const std::map<std::string, std::string>& labels = {}) const;
  // The bounds of a histogram as they were written, infinity included, in their order.
  std::vector<std::string> bounds(const std::string& histogram,
                                  std::map<std::string, std::string> labels) const;

 private:
  std::map<std::string, ExposedFamily> families_;
};

}  // namespace tests
