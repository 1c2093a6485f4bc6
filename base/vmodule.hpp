#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace base {

// Verbosities of single source files, on top of the one for all: klog's --vmodule. A pattern is the
// name of a file without folder and extension, with the wildcards *, ? and [].
class Vmodule {
 public:
  // "performer=4,kube*=2": adds to what is there; the first pattern that matches a file counts.
  Result<void> add(std::string_view list);

  bool empty() const { return rules_.empty(); }

  // Whether lines of this level from that file are wanted, whatever the verbosity for all is.
  bool wants(int level, std::string_view path) const;

 private:
  struct Rule {
    std::string pattern;
    int level;
  };
  std::vector<Rule> rules_;
};

}  // namespace base
