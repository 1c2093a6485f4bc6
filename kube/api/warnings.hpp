#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace kube {

// The texts of a Warning header's entries with code 299; what is malformed is left out.
std::vector<std::string> warning_texts(std::string_view header);

// Lets each distinct warning of the API server through once: a reconcile loop would repeat it for
// ever. After 256 texts nothing new passes.
class Warnings {
 public:
  bool is_new(const std::string& text);

 private:
  std::set<std::string> seen_;
};

}  // namespace kube
