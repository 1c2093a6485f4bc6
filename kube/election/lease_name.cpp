#include "kube/election/lease_name.hpp"

#include <algorithm>

namespace kube {
namespace {

bool stays(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

std::string cleaned(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return !stays(c); }, '-');
  if (!text.empty() && text.back() == '-') text += 'X';
  return text;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view white = " \t\r\n\v\f";
  const std::size_t first = text.find_first_not_of(white);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white) - first + 1);
}

}  // namespace

std::string lease_name(std::string_view prefix, std::string_view driver) {
  return cleaned(std::string(prefix).append(driver));
}

std::string lease_identity(std::string_view host) {
  return cleaned(std::string(host));
}

std::string lease_space(std::string_view flag, std::string_view pod,
                        std::string_view service_account) {
  for (const std::string_view space : {flag, pod, trimmed(service_account)})
    if (!space.empty()) return std::string(space);
  return "default";
}

}  // namespace kube
