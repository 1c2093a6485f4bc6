#include "base/vmodule.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <charconv>

namespace base {
namespace {

std::string name_of_file(std::string_view path) {
  if (const auto slash = path.rfind('/'); slash != std::string_view::npos)
    path.remove_prefix(slash + 1);
  return std::string(path.substr(0, path.rfind('.')));
}

}  // namespace

Result<void> Vmodule::add(std::string_view list) {
  std::vector<Rule> rules = rules_;
  while (!list.empty()) {
    const std::string_view item = list.substr(0, list.find(','));
    list.remove_prefix(std::min(item.size() + 1, list.size()));
    if (item.empty()) continue;  // klog allows a trailing comma
    const std::size_t equals = item.find('=');
    const std::string_view digits =
        equals == std::string_view::npos ? std::string_view() : item.substr(equals + 1);
    int level = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, failed] = std::from_chars(digits.data(), end, level);
    const bool number = failed == std::errc() && stop == end && level >= 0 && digits[0] != '-';
    if (equals == 0 || !number)
      return Error(ErrorKind::invalid,
                   "\"" + std::string(item) + "\" is not of the form pattern=N, N a whole number");
    rules.push_back({std::string(item.substr(0, equals)), level});
  }
  rules_ = std::move(rules);
  return {};
}

bool Vmodule::wants(int level, std::string_view path) const {
  if (rules_.empty()) return false;
  const std::string name = name_of_file(path);
  const auto rule = std::find_if(rules_.begin(), rules_.end(), [&](const Rule& each) {
    return fnmatch(each.pattern.c_str(), name.c_str(), 0) == 0;
  });
  return rule != rules_.end() && level <= rule->level;
}

}  // namespace base
