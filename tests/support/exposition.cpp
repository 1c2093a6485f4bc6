#include "tests/support/exposition.hpp"

#include <cctype>
#include <cmath>
#include <set>
#include <stdexcept>

namespace tests {
namespace {

using Labels = std::map<std::string, std::string>;

bool starts_name(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || c == ':';
}

// Reads one line from left to right.
class LineReader {
 public:
  explicit LineReader(std::string_view line) : line_(line), rest_(line) {}

  [[noreturn]] void fail(const std::string& why) const {
    throw std::runtime_error(why + " in: " + std::string(line_));
  }
  bool take(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  void expect(std::string_view token) {
    if (!take(token)) fail("'" + std::string(token) + "' is missing");
  }
  std::string name() {
    if (rest_.empty() || !starts_name(rest_.front())) fail("a name is missing");
    std::size_t size = 1;
    while (size < rest_.size() &&
           (starts_name(rest_[size]) || std::isdigit(static_cast<unsigned char>(rest_[size]))))
      ++size;
    std::string name(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return name;
  }
  std::string quoted() {
    expect("\"");
    std::string text;
    while (!take("\"")) {
      if (rest_.empty()) fail("a quote is open");
      char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '\\') {
        if (rest_.empty() ||
            std::string_view("\\\"n").find(rest_.front()) == std::string_view::npos)
          fail("no such escape");
        c = rest_.front() == 'n' ? '\n' : rest_.front();
        rest_.remove_prefix(1);
      }
      text += c;
    }
    return text;
  }
  Labels labels() {
    Labels labels;
    if (!take("{")) return labels;
    do {
      std::string key = name();
      expect("=");
      if (!labels.emplace(key, quoted()).second) fail("a label comes twice");
    } while (take(","));
    expect("}");
    return labels;
  }
  double number() {
    if (rest_ == "+Inf") return INFINITY;
    const std::string text(rest_);
    std::size_t used = 0;
    double value = 0;
    try {
      value = std::stod(text, &used);
    } catch (const std::exception&) {
      fail("no number");
    }
    if (used != text.size()) fail("something follows the number");
    return value;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view line_;
  std::string_view rest_;
};

bool belongs(const std::string& series, const std::string& family, const std::string& type) {
  if (type != "histogram") return series == family;
  return series == family + "_bucket" || series == family + "_sum" || series == family + "_count";
}

void check_buckets(const std::string& name, const ExposedFamily& family) {
  std::map<Labels, std::pair<double, double>> last;  // bound and count
  std::map<Labels, double> counts;
  for (Series series : family.series) {
    if (series.name == name + "_count") counts[series.labels] = series.value;
    if (series.name != name + "_bucket") continue;
    const double bound = LineReader(series.labels.at("le")).number();
    series.labels.erase("le");
    const auto [before, first] = last.try_emplace(series.labels, bound, series.value);
    if (!first && (before->second.first >= bound || before->second.second > series.value))
      throw std::runtime_error("the buckets of " + name + " do not rise");
    before->second = {bound, series.value};
  }
  for (const auto& [labels, count] : counts)
    if (last[labels] != std::pair<double, double>(INFINITY, count))
      throw std::runtime_error("the infinite bucket of " + name + " is not its count");
}

}  // namespace

Exposition::Exposition(std::string_view text) {
  if (!text.ends_with('\n')) throw std::runtime_error("the last line has no end");
  std::string current, helped;
  std::set<std::pair<std::string, Labels>> seen;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    LineReader line(text.substr(0, end));
    text.remove_prefix(end + 1);
    if (line.take("# HELP ")) {
      helped = line.name();
      line.expect(" ");
      if (!families_.try_emplace(helped).second) line.fail("HELP comes late or twice");
      families_[helped].help = line.rest();
    } else if (line.take("# TYPE ")) {
      current = line.name();
      line.expect(" ");
      if (current != helped) line.fail("TYPE without HELP");
      families_[current].type = line.rest();
    } else {
      Series series;
      series.name = line.name();
      if (current.empty() || !belongs(series.name, current, families_[current].type))
        line.fail("this is no part of " + current);
      series.labels = line.labels();
      line.expect(" ");
      series.value = line.number();
      if (!seen.emplace(series.name, series.labels).second) line.fail("it comes twice");
      families_[current].series.push_back(std::move(series));
    }
  }
  for (const auto& [name, family] : families_)
    if (family.type == "histogram") check_buckets(name, family);
}

double Exposition::value(const std::string& series, const Labels& labels) const {
  for (const auto& [name, family] : families_)
    for (const Series& one : family.series)
      if (one.name == series && one.labels == labels) return one.value;
  throw std::out_of_range("no series " + series + " with these labels");
}

std::vector<std::string> Exposition::bounds(const std::string& histogram, Labels labels) const {
  std::vector<std::string> bounds;
  for (const Series& one : family(histogram).series) {
    if (one.name != histogram + "_bucket") continue;
    labels["le"] = one.labels.at("le");
    if (one.labels == labels) bounds.push_back(labels["le"]);
  }
  return bounds;
}

}  // namespace tests
